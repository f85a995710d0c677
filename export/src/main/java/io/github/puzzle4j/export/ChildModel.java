package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model to export.
 *
 * @param model its architecture
 * @param tensors at least {@link Model#tensors}, in F32, F16 or BF16
 * @param companionFiles the folder with {@code tokenizer.json} and other files that accompany the
 *     weights
 * @param inputs by matrix, the largest number of what it is multiplied with on some text; empty if
 *     that is not known
 */
public record ChildModel(
    Model model, TensorSource tensors, Path companionFiles, Map<String, Float> inputs) {

  public ChildModel {
    inputs = Map.copyOf(inputs);
  }

  /** A model of whose activations nothing is known. */
  public ChildModel(Model model, TensorSource tensors, Path companionFiles) {
    this(model, tensors, companionFiles, Map.of());
  }

  /**
   * One tensor of the architecture.
   *
   * @param name as in {@link Model#tensors}
   * @throws InvalidInputException if it is missing or has another shape than the model says
   */
  public Tensor tensor(String name) throws IOException {
    Tensor tensor = tensors.tensor(name);
    requireShape(name, tensor.spec(), model.tensors().getOrDefault(name, List.of()));
    return tensor;
  }

  /**
   * Checks all tensors before the first byte is written.
   *
   * @throws InvalidInputException naming the first one that is missing or has another shape
   */
  public void requireTensors() throws IOException {
    for (Map.Entry<String, List<Long>> entry : model.tensors().entrySet()) {
      requireShape(entry.getKey(), tensors.spec(entry.getKey()), entry.getValue());
    }
  }

  private static void requireShape(String name, TensorSpec spec, List<Long> expected)
      throws InvalidInputException {
    if (!spec.shape().equals(expected)) {
      throw new InvalidInputException(
          "tensor '%s' has shape %s, the child needs %s".formatted(name, spec.shape(), expected));
    }
  }
}
