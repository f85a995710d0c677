package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.truth.FeatureScores;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.rounds.ChildMeter;
import io.github.puzzle4j.search.rounds.RoundSearch;
import io.github.puzzle4j.solver.SolveOptions;
import java.io.IOException;

/** The rounds of a plan for its targets. */
final class Refining {

  private final SearchPlan plan;
  private final FeatureScores scores;
  private final ChildMeter meter;
  private final Progress progress;

  Refining(SearchPlan plan, FeatureScores scores, ChildMeter meter, Progress progress) {
    this.plan = plan;
    this.scores = scores;
    this.meter = meter;
    this.progress = progress;
  }

  TargetChoice.Chosen refine(TargetChoice.Chosen chosen) throws IOException {
    SolveOptions options =
        new SolveOptions(plan.solve().backend(), plan.solve().timeLimit(), plan.data().seed());
    try (ProgressTask shown = progress.start("rounds " + chosen.name(), 1 + plan.rounds())) {
      return chosen.after(
          new RoundSearch(
                  chosen.space(),
                  scores,
                  meter,
                  plan.rounds(),
                  plan.childrenPerRound(),
                  options,
                  plan.data().seed())
              .run(
                  chosen.bySum(),
                  chosen.baselines().values(),
                  round -> {
                    shown.step(1);
                    shown.note("best KL %.4f".formatted(round.best()));
                  }));
    }
  }
}
