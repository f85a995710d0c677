package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.library.ChildDistiller;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.search.progress.ProgressTask;

/** Reports each block of a child. */
record AdaptProgress(ProgressTask task) implements ChildDistiller.Listener {

  @Override
  public void trained(int layer, double lossBefore, double lossAfter) {
    task.step(1);
    task.note("L%d loss %.4f -> %.4f".formatted(layer, lossBefore, lossAfter));
  }

  @Override
  public void lost(LostStep step) {
    task.warn(step.toString());
  }
}
