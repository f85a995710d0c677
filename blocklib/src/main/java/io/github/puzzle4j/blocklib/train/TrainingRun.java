package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.OptimizerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The state of a running training: parameters and moments, the best parameters so far, lost
 * batches. Starts from the state on disk.
 */
final class TrainingRun implements AutoCloseable {

  private final DeviceMemory memory;
  private final Objective objective;
  private final Path stateFile;
  private final int mostSteps;
  private final TrainingListener listener;
  private final Set<Integer> skipped = new LinkedHashSet<>();
  private DeviceMemory current;
  private Objective.Learner learner;
  private OptimizerState optimizer;
  private DeviceMemory bestMemory;
  private SequencedMap<String, DeviceTensor> best = new LinkedHashMap<>();
  private double bestLoss;
  private int looksWithoutGain;
  private LossCurve losses;

  TrainingRun(
      DeviceMemory memory,
      Objective objective,
      Path stateFile,
      int mostSteps,
      TrainingListener listener)
      throws IOException {
    this.memory = memory;
    this.objective = objective;
    this.stateFile = stateFile;
    this.mostSteps = mostSteps;
    this.listener = listener;
    this.current = memory.newScope();
    this.bestMemory = memory.newScope();
    this.learner = objective.start(current);
    this.optimizer = new OptimizerState(current, learner.parameters());
    this.bestLoss = objective.startLoss();
    this.losses = LossCurve.before(mostSteps);
    restore();
  }

  Objective.Learner learner() {
    return learner;
  }

  OptimizerState optimizer() {
    return optimizer;
  }

  /** Steps that have been done. */
  int done() {
    return losses.steps();
  }

  /** Losses of these steps. */
  LossCurve losses() {
    return losses;
  }

  /** Batches that are left out from here on. */
  Set<Integer> skipped() {
    return skipped;
  }

  /** The best parameters that {@link #look} found; the current ones if it found none. */
  SequencedMap<String, DeviceTensor> best() {
    return best.isEmpty() ? learner.parameters() : best;
  }

  /** A step was taken. */
  void advance(double loss) {
    losses = losses.with(loss);
  }

  /** Keeps the current parameters if they are the best so far. */
  void look(double loss) {
    if (loss < bestLoss) {
      bestLoss = loss;
      looksWithoutGain = 0;
      bestMemory.close();
      bestMemory = memory.newScope();
      best = new LinkedHashMap<>();
      learner.parameters().forEach((name, tensor) -> best.put(name, tensor.copy(bestMemory)));
    } else {
      looksWithoutGain++;
    }
  }

  int looksWithoutGain() {
    return looksWithoutGain;
  }

  /** Back to the last state on disk, or to the start; the batches are not drawn again. */
  void goBack(Collection<Integer> batches) throws IOException {
    Set<Integer> lost = new LinkedHashSet<>(skipped);
    lost.addAll(batches);
    close();
    current = memory.newScope();
    bestMemory = memory.newScope();
    learner = objective.start(current);
    optimizer = new OptimizerState(current, learner.parameters());
    best = new LinkedHashMap<>();
    bestLoss = objective.startLoss();
    losses = LossCurve.before(mostSteps);
    looksWithoutGain = 0;
    restore();
    skipped.addAll(lost);
  }

  void save() throws IOException {
    new TrainingState(losses, bestLoss, looksWithoutGain, List.copyOf(skipped))
        .save(stateFile, optimizer, best);
  }

  private void restore() throws IOException {
    Optional<SafetensorsFile> found = open();
    if (found.isEmpty()) {
      return;
    }
    try (SafetensorsFile file = found.get()) {
      TrainingState saved =
          TrainingState.restore(
              bestMemory, stateFile, file, optimizer, best, mostSteps, objective.batches());
      losses = saved.losses();
      bestLoss = saved.bestLoss();
      looksWithoutGain = saved.looksWithoutGain();
      skipped.addAll(saved.skipped());
    }
  }

  /** The state on disk, unless there is none or it is damaged. */
  private Optional<SafetensorsFile> open() throws IOException {
    if (!Files.exists(stateFile)) {
      return Optional.empty();
    }
    try {
      SafetensorsFile file = SafetensorsFile.openSealed(stateFile);
      if (TrainingState.isOne(file)) {
        return Optional.of(file);
      }
      file.close();
      startAgain("%s: of an earlier release".formatted(stateFile));
    } catch (InvalidInputException damaged) {
      startAgain(String.valueOf(damaged.getMessage()));
    }
    return Optional.empty();
  }

  private void startAgain(String why) throws IOException {
    listener.startedAgain("%s; the training starts again".formatted(why));
    Files.delete(stateFile);
  }

  @Override
  public void close() {
    optimizer.close();
    current.close();
    bestMemory.close();
  }
}
