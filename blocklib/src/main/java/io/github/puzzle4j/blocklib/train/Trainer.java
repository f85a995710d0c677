package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.NativeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * The training loop for all objectives: blocks, repair of children, and teachers.
 *
 * <p>What a step does depends on its number and on the state before it alone, so that a training
 * resumed from the state on disk gives the same bits. A step whose loss or gradients are NaN or
 * infinite is not taken: the training goes back to the state on disk, or to its start, and leaves
 * the batch out. After a few such batches it ends with the last good state.
 *
 * @param stateFile where the training is kept every so many steps; stays at the end, until the
 *     caller has written the result and removes it
 */
record Trainer(TrainingSettings settings, Path stateFile, TrainingListener listener) {

  /** Batches that a training may lose, per position in a step, before it is abandoned. */
  private static final int MOST_LOST = 3;

  /**
   * The result of a training.
   *
   * @param parameters the best ones if there is a held-out loss, else the last ones; freed when
   *     their user returns
   * @param losses of the steps that were done
   * @param abandoned whether too many batches were lost
   */
  record Trained(
      SequencedMap<String, DeviceTensor> parameters, LossCurve losses, boolean abandoned) {

    int steps() {
      return losses.steps();
    }

    /**
     * The parameters, rounded to a type that files hold when they are read; to be used before they
     * are freed.
     *
     * @throws InvalidInputException if the training was abandoned: without a held-out loss, the
     *     quality of its last good state is unknown
     */
    TensorSource complete(String name, TensorType type) throws InvalidInputException {
      if (abandoned) {
        throw new InvalidInputException(
            "%s: loss or gradients repeatedly became NaN or infinite, last after step %d"
                    .formatted(name, steps())
                + "; a lower learning rate may help");
      }
      return new NativeSource(Map.of(), parameters, type);
    }
  }

  /** Uses a result before it is freed. */
  @FunctionalInterface
  interface Use<T> {
    T of(Trained trained) throws IOException;
  }

  /** Trains to the end, from where an earlier run stopped if there was one. */
  <T> T train(DeviceMemory parent, Objective objective, Use<T> use) throws IOException {
    try (DeviceMemory memory = parent.newScope();
        TrainingRun run =
            new TrainingRun(memory, objective, stateFile, settings.steps(), listener)) {
      boolean abandoned = !optimize(memory, objective, run);
      look(run);
      return use.of(new Trained(run.best(), run.losses(), abandoned));
    }
  }

  /** False if the training was abandoned. */
  private boolean optimize(DeviceMemory memory, Objective objective, TrainingRun run)
      throws IOException {
    while (run.done() < settings.steps() && !settings.earlyStop().isOver(run.looksWithoutGain())) {
      int step = run.done();
      List<Integer> batches = batches(objective, run, step);
      OptimizerStep.Result result = step(memory, run, batches, step);
      if (!result.taken()) {
        if (!goBack(objective, run, result.lost().stream().map(batches::get).toList(), step)) {
          return false;
        }
        continue;
      }
      run.advance(result.loss());
      listener.step(run.done(), result.loss());
      if (run.done() == settings.steps()) {
        break;
      }
      if (settings.earlyStop().looksAfter(run.done())) {
        look(run);
      }
      if (run.done() % settings.checkpointSteps() == 0) {
        run.save();
      }
    }
    return true;
  }

  private OptimizerStep.Result step(
      DeviceMemory memory, TrainingRun run, List<Integer> batches, int step) {
    Objective.Learner learner = run.learner();
    return new OptimizerStep(settings.gradientClip(), settings.weightDecay())
        .take(
            memory,
            run.optimizer(),
            settings.rate().at(step),
            batches.size(),
            new OptimizerStep.Losses() {
              @Override
              public float backward(
                  DeviceMemory scope, Gradients gradients, int index, float share) {
                int draw = step * settings.batchesPerStep() + index;
                return learner.backward(scope, gradients, draw, batches.get(index), share);
              }

              @Override
              public boolean passLess() {
                return learner.passLess();
              }
            });
  }

  private List<Integer> batches(Objective objective, TrainingRun run, int step) {
    List<Integer> batches = new ArrayList<>();
    for (int index = 0; index < settings.batchesPerStep(); index++) {
      int batch = objective.batch(step * settings.batchesPerStep() + index);
      while (run.skipped().contains(batch)) {
        batch = (batch + 1) % objective.batches();
      }
      batches.add(batch);
    }
    return batches;
  }

  /** False if too many batches were lost. */
  private boolean goBack(Objective objective, TrainingRun run, List<Integer> lost, int step)
      throws IOException {
    run.goBack(lost);
    boolean abandoned =
        run.skipped().size()
            >= Math.min(MOST_LOST * settings.batchesPerStep(), objective.batches());
    listener.lost(new LostStep(objective.name(), lost, step, run.done(), abandoned));
    return !abandoned;
  }

  private static void look(TrainingRun run) {
    OptionalDouble loss = run.learner().heldOutLoss();
    if (loss.isPresent()) {
      run.look(loss.getAsDouble());
    }
  }
}
