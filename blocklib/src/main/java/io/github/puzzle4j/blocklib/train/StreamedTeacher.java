package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A teacher of which the LM head and as many layers as fit are in memory; the others are loaded
 * each time a batch passes through them.
 */
public final class StreamedTeacher implements AutoCloseable {

  private final DeviceMemory memory;
  private final Model model;
  private final BlockRunner runner;
  private final Tensor embedding;
  private final LayerCache layers;
  private final LanguageHead head;

  /**
   * A teacher, whose LM head is loaded.
   *
   * @param tensors the teacher's, by Hugging Face names
   * @param cacheBytes of cached layers at most
   * @throws IOException if a tensor is missing or unreadable
   */
  public StreamedTeacher(
      DeviceMemory parent, Model model, TensorSource tensors, BlockRunner runner, long cacheBytes)
      throws IOException {
    this.model = model;
    this.runner = runner;
    this.embedding = tensors.tensor(TensorNames.EMBEDDING);
    this.memory = parent.newScope();
    this.layers = new LayerCache(memory, model, tensors, cacheBytes);
    this.head = LanguageHead.load(memory, runner, tensors);
  }

  Model model() {
    return model;
  }

  LanguageHead head() {
    return head;
  }

  /** Hidden states {@code [rows, tokens, hidden]} after each of some layers. */
  Map<Integer, DeviceTensor> after(DeviceMemory scope, Set<Integer> wanted, TokenBatch batch) {
    Map<Integer, DeviceTensor> states = new HashMap<>();
    DeviceTensor[] hidden = {EmbeddingRows.of(scope, model.common(), batch, embedding)};
    for (int layer = 0; layer < model.layers().size(); layer++) {
      try {
        layers.use(layer, weights -> hidden[0] = runner.pass(weights, hidden[0]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (wanted.contains(layer)) {
        states.put(layer, hidden[0].alias(scope));
      }
    }
    hidden[0].close();
    return states;
  }

  @Override
  public void close() {
    memory.close();
  }
}
