package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * How large numbers get that the matrices of a model's layers are multiplied with: what a format
 * has to know that rounds activations by a stored factor.
 */
public final class InputRanges {

  private final SequencedMap<String, Float> largest = new TreeMap<>();
  private int layer;

  private InputRanges() {}

  /**
   * By the full name of each matrix, the largest absolute number of its inputs on a text. One layer
   * is in memory at a time, with the hidden states of all batches.
   *
   * @throws IOException if a tensor is missing or unreadable
   */
  public static SequencedMap<String, Float> of(
      DeviceMemory parent,
      Model model,
      TensorSource tensors,
      Precision precision,
      List<TokenBatch> batches)
      throws IOException {
    InputRanges ranges = new InputRanges();
    try (DeviceMemory memory = parent.newScope();
        BlockRunner runner = new BlockRunner(memory, model.common(), precision, ranges::see)) {
      Tensor table = tensors.tensor(TensorNames.EMBEDDING);
      List<DeviceTensor> hidden = new ArrayList<>();
      for (TokenBatch batch : batches) {
        hidden.add(EmbeddingRows.of(memory, model.common(), batch, table));
      }
      for (int index = 0; index < model.layers().size(); index++) {
        ranges.layer = index;
        try (DeviceMemory scope = memory.newScope()) {
          BlockWeights weights = BlockWeights.load(scope, model, tensors, index);
          for (int batch = 0; batch < hidden.size(); batch++) {
            hidden.set(batch, runner.pass(weights, hidden.get(batch)));
          }
        }
      }
    }
    return ranges.largest;
  }

  private void see(String matrix, DeviceTensor input) {
    // In the scope of the subblock, which frees them.
    float size = input.abs().max().cast(TensorType.F32).toFloat();
    largest.merge(TensorNames.ofLayer(layer, matrix), size, Math::max);
  }
}
