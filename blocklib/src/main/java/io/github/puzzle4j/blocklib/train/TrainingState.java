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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.LongStream;

/**
 * The state of a training in one sealed safetensors file, from which a stopped training resumes
 * with the same result: weights and moments by the names of the parameters, the best weights so far
 * if there are some, {@code steps_done} as one int64, {@code progress} as int64, and the bits of
 * the losses so far as int64 {@code losses}.
 *
 * @param losses of the optimizer steps so far
 * @param bestLoss held-out loss of the best weights
 * @param looksWithoutGain measurements since then without improvement
 * @param skipped batches that are left out
 */
record TrainingState(
    LossCurve losses, double bestLoss, int looksWithoutGain, List<Integer> skipped) {

  private static final String STEPS_DONE = "steps_done";
  private static final String PROGRESS = "progress";
  private static final String LOSSES = "losses";
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
    tensors.put(STEPS_DONE, Tensor.ofLongs(losses.steps()));
    tensors.put(PROGRESS, Tensor.ofLongs(progress));
    tensors.put(
        LOSSES,
        Tensor.ofLongs(losses.losses().stream().mapToLong(Double::doubleToRawLongBits).toArray()));
    Map<String, DeviceTensor> onDevice = new LinkedHashMap<>();
    for (OptimizerState.Slot slot : optimizer.slots()) {
      onDevice.put(WEIGHT + slot.name(), slot.parameter());
      onDevice.put(MEAN + slot.name(), slot.mean());
      onDevice.put(SQUARE + slot.name(), slot.square());
    }
    best.forEach((name, tensor) -> onDevice.put(BEST + name, tensor));
    SafetensorsWriter.writeSealed(file, new NativeSource(tensors, onDevice, TensorType.F32));
  }

  /**
   * Puts weights and moments of a file into parameters of the same names; if it throws, they are as
   * before.
   *
   * @param memory for the best weights
   * @param saved the file, which is whole
   * @param best is filled with them, if there are some
   * @param mostSteps of the training
   * @param batches of the training
   * @throws InvalidInputException if it is the state of another training
   */
  static TrainingState restore(
      DeviceMemory memory,
      Path file,
      SafetensorsFile saved,
      OptimizerState optimizer,
      SequencedMap<String, DeviceTensor> best,
      int mostSteps,
      int batches)
      throws IOException {
    TrainingState state = read(file, saved, mostSteps);
    if (!state.isWithin(mostSteps, batches)) {
      throw new InvalidInputException(
          "%s: after %d steps; this training has %d: it is the state of another training"
              .formatted(file, state.stepsDone(), mostSteps));
    }
    for (OptimizerState.Slot slot : optimizer.slots()) {
      for (String prefix : List.of(WEIGHT, MEAN, SQUARE)) {
        requireShape(file, saved, prefix + slot.name(), slot.parameter());
      }
    }
    state.load(memory, saved, optimizer, best);
    return state;
  }

  /** Optimizer steps. */
  int stepsDone() {
    return losses.steps();
  }

  /** Whether a file is of this release, which keeps losses. */
  static boolean isOne(SafetensorsFile saved) {
    return saved.names().contains(LOSSES);
  }

  private static TrainingState read(Path file, SafetensorsFile saved, int mostSteps)
      throws IOException {
    long[] steps = saved.tensor(STEPS_DONE).toLongs();
    long[] progress = saved.tensor(PROGRESS).toLongs();
    LossCurve before = LossCurve.before(mostSteps);
    List<Double> losses =
        Arrays.stream(saved.tensor(LOSSES).toLongs()).mapToObj(Double::longBitsToDouble).toList();
    boolean ints =
        LongStream.concat(Arrays.stream(steps), Arrays.stream(progress).skip(1))
            .allMatch(value -> value >= 0 && value <= Integer.MAX_VALUE);
    if (steps.length != 1
        || progress.length < 2
        || !ints
        || losses.size() != Math.ceilDiv(steps[0], before.everySteps())) {
      throw new InvalidInputException(
          "%s: '%s' or '%s' is no valid progress of a training"
              .formatted(file, STEPS_DONE, PROGRESS));
    }
    return new TrainingState(
        new LossCurve(before.everySteps(), (int) steps[0], losses),
        Double.longBitsToDouble(progress[0]),
        (int) progress[1],
        Arrays.stream(progress).skip(2).mapToObj(batch -> (int) batch).toList());
  }

  private boolean isWithin(int mostSteps, int batches) {
    return stepsDone() <= mostSteps && skipped.stream().allMatch(batch -> batch < batches);
  }

  private static void requireShape(
      Path file, SafetensorsFile saved, String name, DeviceTensor parameter) throws IOException {
    List<Long> shape = saved.spec(name).shape();
    if (!shape.equals(parameter.shape())) {
      throw new InvalidInputException(
          "%s: '%s' has shape %s, this training needs %s; it is the state of another training"
              .formatted(file, name, shape, parameter.shape()));
    }
  }

  private void load(
      DeviceMemory memory,
      SafetensorsFile saved,
      OptimizerState optimizer,
      SequencedMap<String, DeviceTensor> best)
      throws IOException {
    try (DeviceMemory scope = memory.newScope()) {
      for (OptimizerState.Slot slot : optimizer.slots()) {
        set(slot.parameter(), saved.tensor(WEIGHT + slot.name()), scope);
        set(slot.mean(), saved.tensor(MEAN + slot.name()), scope);
        set(slot.square(), saved.tensor(SQUARE + slot.name()), scope);
        slot.step().set(scope.scalar(stepsDone()));
      }
    }
    for (OptimizerState.Slot slot : optimizer.slots()) {
      if (saved.names().contains(BEST + slot.name())) {
        best.put(slot.name(), memory.load(saved.tensor(BEST + slot.name())));
      }
    }
  }

  private static void set(DeviceTensor to, Tensor from, DeviceMemory scope) {
    try (DeviceTensor loaded = scope.load(from)) {
      to.set(loaded);
    }
  }
}
