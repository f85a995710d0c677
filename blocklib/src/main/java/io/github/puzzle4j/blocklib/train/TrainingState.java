package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.NativeSource;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training on disk: weights, moments and the number of steps done, in one safetensors file, so
 * that a stopped training goes on with the same result.
 */
final class TrainingState {

  private static final String STEPS_DONE = "steps_done";
  private static final String WEIGHT = "weight/";
  private static final String MEAN = "mean/";
  private static final String SQUARE = "square/";

  private TrainingState() {}

  static void save(Path file, List<String> names, OptimizerState state, int stepsDone)
      throws IOException {
    save(file, names, state, stepsDone, Map.of(), Map.of());
  }

  /** With further tensors and arrays, which are not looked at when the state is restored. */
  static void save(
      Path file,
      List<String> names,
      OptimizerState state,
      int stepsDone,
      Map<String, Tensor> further,
      Map<String, DeviceTensor> furtherArrays)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(further);
    tensors.put(STEPS_DONE, Tensor.ofFloats(TensorType.F32, List.of(1L), new float[] {stepsDone}));
    Map<String, DeviceTensor> arrays = new LinkedHashMap<>(furtherArrays);
    for (int i = 0; i < names.size(); i++) {
      OptimizerState.Slot slot = state.slots().get(i);
      arrays.put(WEIGHT + names.get(i), slot.parameter());
      arrays.put(MEAN + names.get(i), slot.mean());
      arrays.put(SQUARE + names.get(i), slot.square());
    }
    SafetensorsWriter.write(file, new NativeSource(tensors, arrays, TensorType.F32));
  }

  /**
   * Puts a saved training into arrays of the same names.
   *
   * @return the steps done, 0 if there is no file
   * @throws InvalidInputException if the file is no such state, or that of another model
   */
  static int restore(DeviceMemory memory, Path file, List<String> names, OptimizerState state)
      throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (SafetensorsFile saved = SafetensorsFile.open(file);
        DeviceMemory scope = memory.newScope()) {
      int stepsDone = stepsDone(file, saved);
      for (int i = 0; i < names.size(); i++) {
        OptimizerState.Slot slot = state.slots().get(i);
        restore(scope, file, saved, WEIGHT + names.get(i), slot.parameter());
        restore(scope, file, saved, MEAN + names.get(i), slot.mean());
        restore(scope, file, saved, SQUARE + names.get(i), slot.square());
        slot.step().set(scope.scalar(stepsDone));
      }
      return stepsDone;
    }
  }

  private static int stepsDone(Path file, SafetensorsFile saved) throws IOException {
    Tensor tensor = saved.tensor(STEPS_DONE);
    float[] values = tensor.elements() == 1 ? tensor.toFloats() : new float[] {Float.NaN};
    int steps = (int) values[0];
    if (steps < 0 || steps != values[0]) {
      throw new InvalidInputException(
          "%s: '%s' holds no number of steps".formatted(file, STEPS_DONE));
    }
    return steps;
  }

  private static void restore(
      DeviceMemory scope, Path file, SafetensorsFile saved, String name, DeviceTensor to)
      throws IOException {
    DeviceTensor from = scope.load(saved.tensor(name));
    if (!from.shape().equals(to.shape())) {
      throw new InvalidInputException(
          "%s: '%s' has shape %s, this training needs %s; it is the state of another one"
              .formatted(file, name, from.shape(), to.shape()));
    }
    to.set(from);
  }
}
