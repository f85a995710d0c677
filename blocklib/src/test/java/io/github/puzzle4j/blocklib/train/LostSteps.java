package io.github.puzzle4j.blocklib.train;

import java.util.ArrayList;
import java.util.List;

/** Keeps the steps that a training lost, and why it started again. */
final class LostSteps implements TrainingListener {

  final List<LostStep> steps = new ArrayList<>();
  final List<String> startedAgain = new ArrayList<>();

  @Override
  public void step(int stepsDone, double loss) {}

  @Override
  public void startedAgain(String why) {
    startedAgain.add(why);
  }

  @Override
  public void lost(LostStep step) {
    steps.add(step);
  }
}
