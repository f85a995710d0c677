package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.truth.FeatureScores;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.rounds.Calibration;
import io.github.puzzle4j.search.rounds.ChildMeter;
import io.github.puzzle4j.search.rounds.RoundSearch;
import io.github.puzzle4j.search.rounds.RoundsResult;
import io.github.puzzle4j.solver.SolveOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is found by measuring whole children: the rounds of a plan, their rival, and samples. */
final class Refining implements AutoCloseable {

  private final SearchPlan plan;
  private final FeatureScores scores;
  private final ChildMeasuring measuring;
  private final ScoringText text;
  private final ChildMeter meter;
  private final ChildLoss loss;
  private final Progress progress;

  /** For all targets of a plan. */
  Refining(
      SearchPlan plan,
      Workspace workspace,
      BlockLibrary library,
      ScoreTable scores,
      Progress progress)
      throws IOException {
    this.plan = plan;
    this.scores = new FeatureScores(workspace.teacher(), scores, plan.score().metric());
    this.text = ScoringText.of(workspace.texts().validation(plan.score().sequences()));
    this.progress = progress;
    this.measuring = new ChildMeasuring(plan, workspace, library);
    boolean opened = false;
    try {
      this.meter = measuring.on(text.sequences());
      this.loss = meter.loss(plan.score().metric(), workspace.teacher());
      opened = true;
    } finally {
      if (!opened) {
        measuring.close();
      }
    }
  }

  /**
   * Chooses again for each target.
   *
   * @param scoring what the scores took
   */
  List<TargetChoice> refine(List<TargetChoice> choices, Effort scoring) throws IOException {
    List<TargetChoice> refined = new ArrayList<>();
    for (TargetChoice choice : choices) {
      refined.add(
          switch (choice) {
            case TargetChoice.Chosen chosen -> refine(chosen, scoring);
            case TargetChoice.OutOfReach none -> none;
          });
    }
    return List.copyOf(refined);
  }

  private TargetChoice refine(TargetChoice.Chosen chosen, Effort scoring) throws IOException {
    TargetChoice.Chosen refined = plan.rounds() == 0 ? chosen : rounds(chosen);
    if (!plan.baselines().contains(Baseline.EVOLUTION)) {
      return refined;
    }
    Effort granted = scoring.plus(refined.rounds().map(this::effort).orElse(Effort.NONE));
    return new Rival(plan, measuring, text, progress).beside(refined, granted);
  }

  private TargetChoice.Chosen rounds(TargetChoice.Chosen chosen) throws IOException {
    try (ProgressTask shown = progress.start("rounds " + chosen.name(), 1 + plan.rounds())) {
      return chosen.after(
          new RoundSearch(
                  chosen.space(),
                  scores,
                  meter,
                  loss,
                  plan.rounds(),
                  plan.childrenPerRound(),
                  options(),
                  plan.data().seed())
              .run(
                  chosen.bySum(),
                  chosen.baselines().values(),
                  round -> {
                    shown.step(1);
                    shown.note(
                        "best %s %.4f".formatted(plan.score().metric().label(), round.best()));
                  }));
    }
  }

  private Effort effort(RoundsResult result) {
    return result.measured().stream()
        .map(ChildScore::child)
        .map(child -> Effort.of(child, Rival.tokens(text.sequences())))
        .reduce(Effort.NONE, Effort::plus);
  }

  private SolveOptions options() {
    return new SolveOptions(plan.solve().backend(), plan.solve().timeLimit(), plan.data().seed());
  }

  /** Measures a sample of the children that keep a target's budget; empty if there are too few. */
  Optional<Calibration> calibrate(TargetChoice.Chosen chosen, int children) throws IOException {
    try (ProgressTask task = progress.start("calibrate " + chosen.name(), 1)) {
      Optional<Calibration> calibration =
          Calibration.of(
              chosen.space(), scores, meter, loss, children, options(), plan.data().seed());
      task.step(1);
      return calibration;
    }
  }

  @Override
  public void close() {
    measuring.close();
  }
}
