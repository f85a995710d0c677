package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.List;

/** Looks up tokens in a mapped table: a batch needs few rows of a large vocabulary. */
final class EmbeddingRows {

  private EmbeddingRows() {}

  /**
   * Hidden states {@code [rows, tokens, hidden]} before the first layer.
   *
   * @throws IllegalArgumentException if the table has another shape, or if an id is outside of it
   */
  static DeviceTensor of(DeviceMemory scope, CommonParts common, TokenBatch batch, Tensor table) {
    int hidden = common.hiddenSize();
    List<Long> shape = List.of((long) common.vocabularySize(), (long) hidden);
    if (!table.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "%s has shape %s, not %s".formatted(TensorNames.EMBEDDING, table.shape(), shape));
    }
    float[] values = new float[Math.multiplyExact(batch.rows() * batch.tokens(), hidden)];
    int position = 0;
    for (int row = 0; row < batch.rows(); row++) {
      for (int t = 0; t < batch.tokens(); t++) {
        int id = batch.id(row, t);
        if (id >= common.vocabularySize()) {
          throw new IllegalArgumentException(
              "token id %d in sequence %d does not fit into the vocabulary of %d"
                  .formatted(id, row, common.vocabularySize()));
        }
        System.arraycopy(table.toFloats((long) id * hidden, hidden), 0, values, position, hidden);
        position += hidden;
      }
    }
    try (DeviceTensor buffer = scope.floats(values, batch.rows(), batch.tokens(), hidden)) {
      return buffer.copy(scope);
    }
  }
}
