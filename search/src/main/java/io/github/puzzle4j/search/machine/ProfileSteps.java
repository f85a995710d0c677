package io.github.puzzle4j.search.machine;

import io.github.puzzle4j.scoring.profile.ProfileWatch;
import io.github.puzzle4j.search.progress.ProgressTask;

/** Shows the progress of a profile, a hundred steps for each engine. */
public final class ProfileSteps implements ProfileWatch, AutoCloseable {

  private final ProgressTask task;
  private long ofEngine;

  public ProfileSteps(ProgressTask task) {
    this.task = task;
  }

  @Override
  public void timed(String what, double share) {
    long now = Math.round(100 * share);
    if (now < ofEngine) {
      task.step(100 - ofEngine);
      ofEngine = 0;
    }
    task.step(now - ofEngine);
    ofEngine = now;
    task.note(what);
  }

  @Override
  public void close() {
    task.step(100 - ofEngine);
    task.close();
  }
}
