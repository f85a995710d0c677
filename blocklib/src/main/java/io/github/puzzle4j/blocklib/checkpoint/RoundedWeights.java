package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * A model's tensors with the matrices of its layers as they are after a format of fewer bits, in
 * which nothing is written.
 */
public final class RoundedWeights implements TensorSource {

  private final TensorSource source;
  private final RoundedTensors rounded;

  /**
   * Rounds when a tensor is asked for.
   *
   * @param source of which matrices have rows of whole blocks
   * @param matrices FP8, FP8_STATIC or NVFP4
   * @throws IllegalArgumentException if the format is not written
   */
  public RoundedWeights(TensorSource source, Matrices matrices) throws IOException {
    this.source = source;
    this.rounded = new RoundedTensors(source, MatrixParts.of(matrices, Map.of()));
  }

  @Override
  public Set<String> names() {
    return source.names();
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    return rounded.rounds(name)
        ? new TensorSpec(TensorType.F32, source.spec(name).shape())
        : source.spec(name);
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    return rounded.rounds(name)
        ? RoundedWeight.of(name, source.spec(name).shape(), rounded).values(rounded)
        : source.tensor(name);
  }
}
