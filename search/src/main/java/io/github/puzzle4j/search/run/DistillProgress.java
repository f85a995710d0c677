package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.library.BlockDistiller;
import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.search.progress.ProgressTask;

/** Reports each variant of the library. */
record DistillProgress(ProgressTask task) implements BlockDistiller.Listener {

  @Override
  public void trained(TrainingStatistics statistics) {
    task.step(1);
    task.note("L%d %s".formatted(statistics.layer(), statistics.variant()));
  }

  @Override
  public void lost(LostStep step) {
    task.warn(step.toString());
  }
}
