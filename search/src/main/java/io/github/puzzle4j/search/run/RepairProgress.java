package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.train.GlobalDistiller;
import io.github.puzzle4j.search.progress.ProgressTask;

/** Reports each step of a repair. */
record RepairProgress(ProgressTask task) implements GlobalDistiller.Listener {

  @Override
  public void step(int stepsDone, double loss) {
    task.step(1);
    task.note("loss %.3f".formatted(loss));
  }
}
