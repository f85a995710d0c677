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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The state of a training in one safetensors file, from which a stopped training resumes with the
 * same result: weights and moments by the names of the parameters, the best weights so far if there
 * are some, {@code steps_done} as one int64, and {@code progress} as int64.
 *
 * @param stepsDone optimizer steps
 * @param bestLoss held-out loss of the best weights
 * @param looksWithoutGain measurements since then without improvement
 * @param skipped batches that are left out
 */
record TrainingState(int stepsDone, double bestLoss, int looksWithoutGain, List<Integer> skipped) {

  private static final String STEPS_DONE = "steps_done";
  private static final String PROGRESS = "progress";
  private static final String WEIGHT = "weight/";
  private static final String MEAN = "mean/";
  private static final String SQUARE = "square/";
  private static final String BEST = "best/";

  TrainingState {
    skipped = List.copyOf(skipped);
  }

  /** Writes this with weights, moments and the best weights, which may be none. */
  void save(Path file, OptimizerState optimizer, Map<String, DeviceTensor> best)
      throws IOException {
    long[] progress = new long[2 + skipped.size()];
    progress[0] = Double.doubleToRawLongBits(bestLoss);
    progress[1] = looksWithoutGain;
    for (int i = 0; i < skipped.size(); i++) {
      progress[2 + i] = skipped.get(i);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(STEPS_DONE, Tensor.ofLongs(stepsDone));
    tensors.put(PROGRESS, Tensor.ofLongs(progress));
    Map<String, DeviceTensor> onDevice = new LinkedHashMap<>();
    for (OptimizerState.Slot slot : optimizer.slots()) {
      onDevice.put(WEIGHT + slot.name(), slot.parameter());
      onDevice.put(MEAN + slot.name(), slot.mean());
      onDevice.put(SQUARE + slot.name(), slot.square());
    }
    best.forEach((name, tensor) -> onDevice.put(BEST + name, tensor));
    SafetensorsWriter.write(file, new NativeSource(tensors, onDevice, TensorType.F32));
  }

  /**
   * Puts weights and moments of a file into parameters of the same names.
   *
   * @param memory for the best weights
   * @param best is filled with them, if there are some
   * @throws InvalidInputException if the file is no such state, or that of another training
   */
  static TrainingState restore(
      DeviceMemory memory,
      Path file,
      OptimizerState optimizer,
      SequencedMap<String, DeviceTensor> best)
      throws IOException {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      TrainingState state = read(file, saved);
      try (DeviceMemory scope = memory.newScope()) {
        for (OptimizerState.Slot slot : optimizer.slots()) {
          set(slot.parameter(), file, WEIGHT + slot.name(), saved, scope);
          set(slot.mean(), file, MEAN + slot.name(), saved, scope);
          set(slot.square(), file, SQUARE + slot.name(), saved, scope);
          slot.step().set(scope.scalar(state.stepsDone));
        }
      }
      for (OptimizerState.Slot slot : optimizer.slots()) {
        if (saved.names().contains(BEST + slot.name())) {
          best.put(slot.name(), memory.load(saved.tensor(BEST + slot.name())));
        }
      }
      return state;
    }
  }

  private static TrainingState read(Path file, SafetensorsFile saved) throws IOException {
    Tensor stepsDone = saved.tensor(STEPS_DONE);
    if (stepsDone.type() == TensorType.F32) {
      throw new InvalidInputException(
          "%s: written by an older version; delete the file to start the training again"
              .formatted(file));
    }
    long[] steps = stepsDone.toLongs();
    long[] progress = saved.tensor(PROGRESS).toLongs();
    if (steps.length != 1 || steps[0] < 0 || steps[0] > Integer.MAX_VALUE || progress.length < 2) {
      throw new InvalidInputException(
          "%s: '%s' or '%s' is no valid progress of a training"
              .formatted(file, STEPS_DONE, PROGRESS));
    }
    List<Integer> skipped = new ArrayList<>();
    for (int i = 2; i < progress.length; i++) {
      skipped.add(Math.toIntExact(progress[i]));
    }
    return new TrainingState(
        (int) steps[0],
        Double.longBitsToDouble(progress[0]),
        Math.toIntExact(progress[1]),
        skipped);
  }

  private static void set(
      DeviceTensor to, Path file, String name, SafetensorsFile saved, DeviceMemory scope)
      throws IOException {
    Tensor from = saved.tensor(name);
    if (!from.shape().equals(to.shape())) {
      throw new InvalidInputException(
          "%s: '%s' has shape %s, this training needs %s; it is the state of another training"
              .formatted(file, name, from.shape(), to.shape()));
    }
    try (DeviceTensor loaded = scope.load(from)) {
      to.set(loaded);
    }
  }
}
