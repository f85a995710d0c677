package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model to be written for an engine.
 *
 * @param architecture what each layer is
 * @param tensors at least the tensors of {@link TensorNames#of}, in F32, F16 or BF16
 * @param companionFiles the folder with {@code tokenizer.json} and what else goes with the weights
 */
public record ChildModel(Architecture architecture, TensorSource tensors, Path companionFiles) {

  /**
   * One tensor of the architecture.
   *
   * @param name as in {@link TensorNames}
   * @throws InvalidInputException if it is missing or has another shape than the architecture says
   */
  public Tensor tensor(String name) throws IOException {
    Tensor tensor = tensors.tensor(name);
    requireShape(name, tensor.spec(), TensorNames.of(architecture).getOrDefault(name, List.of()));
    return tensor;
  }

  /**
   * Checks all tensors before the first byte is written.
   *
   * @throws InvalidInputException naming the first one that is missing or has another shape
   */
  public void requireTensors() throws IOException {
    for (Map.Entry<String, List<Long>> entry : TensorNames.of(architecture).entrySet()) {
      requireShape(entry.getKey(), tensors.spec(entry.getKey()), entry.getValue());
    }
  }

  private static void requireShape(String name, TensorSpec spec, List<Long> expected)
      throws InvalidInputException {
    if (!spec.shape().equals(expected)) {
      throw new InvalidInputException(
          "tensor '%s' has shape %s, the child's architecture asks for %s"
              .formatted(name, spec.shape(), expected));
    }
  }
}
