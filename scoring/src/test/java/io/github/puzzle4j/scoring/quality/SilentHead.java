package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.Set;

/** A model's weights with a head of zeros. */
record SilentHead(TensorSource weights) implements TensorSource {

  @Override
  public Set<String> names() {
    return weights.names();
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    Tensor tensor = weights.tensor(name);
    return name.equals(TensorNames.LM_HEAD)
        ? Tensor.ofFloats(
            tensor.type(), tensor.shape(), new float[Math.toIntExact(tensor.elements())])
        : tensor;
  }
}
