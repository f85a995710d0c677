package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TrainingListener;
import io.github.puzzle4j.search.progress.ProgressTask;

/** Reports each step of a repair. */
record RepairProgress(ProgressTask task) implements TrainingListener {

  @Override
  public void step(int stepsDone, double loss) {
    task.step(1);
    task.note("loss %.3f".formatted(loss));
  }

  @Override
  public void startedAgain(String why) {
    task.warn(why);
  }

  @Override
  public void lost(LostStep step) {
    task.warn(step.toString());
  }
}
