package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TrainingListener;
import java.util.function.Consumer;

/** Passes on what a user should know of the trainings of a library. */
record TrainingEvents(TaskStore store, Consumer<LostStep> lost) implements TrainingListener {

  @Override
  public void step(int stepsDone, double loss) {}

  @Override
  public void lost(LostStep step) {
    lost.accept(step);
  }

  @Override
  public void startedAgain(String why) {
    store.warn(why);
  }
}
