package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * How far a training has come: parameters and moments, the best parameters so far, the batches that
 * it lost. Kept on disk every so many steps; begins with what is there.
 */
final class TrainingRun implements AutoCloseable {

  private static final String PROGRESS = "progress";
  private static final String BEST = "best/";

  private final DeviceMemory memory;
  private final Training training;
  private final Path stateFile;
  private final Set<Integer> skipped = new LinkedHashSet<>();
  private DeviceMemory current;
  private SequencedMap<String, DeviceTensor> parameters;
  private OptimizerState state;
  private DeviceMemory bestMemory;
  private SequencedMap<String, DeviceTensor> best = new LinkedHashMap<>();
  private double bound = Double.POSITIVE_INFINITY;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int looksWithoutGain;
  private int done;

  TrainingRun(DeviceMemory memory, Training training, Path stateFile) throws IOException {
    this.memory = memory;
    this.training = training;
    this.stateFile = stateFile;
    this.current = memory.newScope();
    this.bestMemory = memory.newScope();
    this.parameters = training.start().parameters(current);
    this.state = new OptimizerState(current, List.copyOf(parameters.values()));
    restore();
  }

  SequencedMap<String, DeviceTensor> parameters() {
    return parameters;
  }

  OptimizerState state() {
    return state;
  }

  /** Steps that have been done. */
  int done() {
    return done;
  }

  /** Batches that are left out from here on. */
  Set<Integer> skipped() {
    return skipped;
  }

  /** The best parameters that {@link #look} saw; the present ones if none was better. */
  SequencedMap<String, DeviceTensor> best() {
    return best.isEmpty() ? parameters : best;
  }

  /** Only what is better than this is worth keeping. */
  void bound(double loss) {
    bound = loss;
    if (best.isEmpty()) {
      bestLoss = loss;
    }
  }

  void advance() {
    done++;
  }

  /** Compares the present parameters with the best ones. */
  void look(double loss) {
    if (loss < bestLoss) {
      bestLoss = loss;
      looksWithoutGain = 0;
      bestMemory.close();
      bestMemory = memory.newScope();
      best = copies(bestMemory, parameters);
    } else {
      looksWithoutGain++;
    }
  }

  boolean isOver(TrainingSettings.EarlyStop earlyStop) {
    return earlyStop.everySteps() > 0 && looksWithoutGain >= earlyStop.patience();
  }

  /** Back to the last state on disk, or to the start; the batch is not drawn again. */
  void goBack(int batch) throws IOException {
    Set<Integer> lost = new LinkedHashSet<>(skipped);
    lost.add(batch);
    state.close();
    current.close();
    bestMemory.close();
    current = memory.newScope();
    bestMemory = memory.newScope();
    parameters = training.start().parameters(current);
    state = new OptimizerState(current, List.copyOf(parameters.values()));
    best = new LinkedHashMap<>();
    bestLoss = bound;
    done = 0;
    looksWithoutGain = 0;
    restore();
    skipped.addAll(lost);
  }

  void save() throws IOException {
    Map<String, Tensor> more = new LinkedHashMap<>();
    long[] progress = new long[2 + skipped.size()];
    progress[0] = Double.doubleToRawLongBits(bestLoss);
    progress[1] = looksWithoutGain;
    int index = 2;
    for (int batch : skipped) {
      progress[index++] = batch;
    }
    more.put(PROGRESS, Tensor.ofLongs(progress));
    Map<String, DeviceTensor> bests = new LinkedHashMap<>();
    best.forEach((name, tensor) -> bests.put(BEST + name, tensor));
    TrainingState.save(stateFile, names(), state, done, more, bests);
  }

  private void restore() throws IOException {
    if (!Files.exists(stateFile)) {
      return;
    }
    done = TrainingState.restore(memory, stateFile, names(), state);
    try (SafetensorsFile saved = SafetensorsFile.open(stateFile)) {
      long[] progress = saved.tensor(PROGRESS).toLongs();
      if (progress.length < 2) {
        throw new InvalidInputException("%s: '%s' is too short".formatted(stateFile, PROGRESS));
      }
      bestLoss = Double.longBitsToDouble(progress[0]);
      looksWithoutGain = Math.toIntExact(progress[1]);
      for (int i = 2; i < progress.length; i++) {
        skipped.add(Math.toIntExact(progress[i]));
      }
      for (String name : parameters.keySet()) {
        if (saved.names().contains(BEST + name)) {
          best.put(name, bestMemory.load(saved.tensor(BEST + name)));
        }
      }
    }
  }

  /** The training has ended. */
  void delete() throws IOException {
    Files.deleteIfExists(stateFile);
  }

  private List<String> names() {
    return List.copyOf(parameters.keySet());
  }

  private static SequencedMap<String, DeviceTensor> copies(
      DeviceMemory owner, SequencedMap<String, DeviceTensor> tensors) {
    SequencedMap<String, DeviceTensor> copies = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> copies.put(name, tensor.copy(owner)));
    return copies;
  }

  @Override
  public void close() {
    state.close();
    current.close();
    bestMemory.close();
  }
}
