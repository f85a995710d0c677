package io.github.puzzle4j.blocklib.train;

import java.util.ArrayList;
import java.util.List;

/** Keeps the steps that a training lost. */
final class LostSteps implements TrainingListener {

  final List<LostStep> steps = new ArrayList<>();

  @Override
  public void step(int stepsDone, double loss) {}

  @Override
  public void lost(LostStep step) {
    steps.add(step);
  }
}
