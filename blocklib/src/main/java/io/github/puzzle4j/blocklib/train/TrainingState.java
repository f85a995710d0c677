package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
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
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(STEPS_DONE, Tensor.ofFloats(TensorType.F32, List.of(1L), new float[] {stepsDone}));
    for (int i = 0; i < names.size(); i++) {
      OptimizerState.Slot slot = state.slots().get(i);
      tensors.put(WEIGHT + names.get(i), NativeTensors.store(slot.parameter(), TensorType.F32));
      tensors.put(MEAN + names.get(i), NativeTensors.store(slot.mean(), TensorType.F32));
      tensors.put(SQUARE + names.get(i), NativeTensors.store(slot.square(), TensorType.F32));
    }
    SafetensorsWriter.write(file, TensorSource.of(tensors));
  }

  /** Puts a saved training into arrays of the same names; returns the steps done, 0 if none. */
  static int restore(NDManager manager, Path file, List<String> names, OptimizerState state)
      throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (SafetensorsFile saved = SafetensorsFile.open(file);
        NDManager scope = manager.newSubManager()) {
      int stepsDone = (int) saved.tensor(STEPS_DONE).toFloats()[0];
      for (int i = 0; i < names.size(); i++) {
        OptimizerState.Slot slot = state.slots().get(i);
        copy(scope, saved.tensor(WEIGHT + names.get(i)), slot.parameter());
        copy(scope, saved.tensor(MEAN + names.get(i)), slot.mean());
        copy(scope, saved.tensor(SQUARE + names.get(i)), slot.square());
        copy(
            scope,
            Tensor.ofFloats(TensorType.F32, List.of(), new float[] {stepsDone}),
            slot.step());
      }
      return stepsDone;
    }
  }

  private static void copy(NDManager scope, Tensor from, NDArray to) {
    boolean collects = to.hasGradient();
    to.setRequiresGradient(false);
    NativeTensors.load(scope, from).copyTo(to);
    to.setRequiresGradient(collects);
  }
}
