package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.scoring.truth.FeatureScores;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.rounds.ChildMeter;
import io.github.puzzle4j.search.rounds.EvolutionSearch;
import io.github.puzzle4j.search.rounds.RoundSearch;
import io.github.puzzle4j.search.rounds.RoundsResult;
import io.github.puzzle4j.solver.SolveOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What is found by measuring whole children: the rounds of a plan, and their rival. */
final class Refining {

  /** Offspring of each generation of the rival, and how many survive each text but the last. */
  private static final int OFFSPRING = 24;

  private static final int SURVIVORS = 3;

  private final SearchPlan plan;
  private final FeatureScores scores;
  private final ChildMeasuring measuring;
  private final ScoringText text;
  private final Effort scoring;
  private final Progress progress;

  /**
   * For all targets of a plan.
   *
   * @param text of the scores
   * @param scoring what the scores took
   */
  Refining(
      SearchPlan plan,
      FeatureScores scores,
      ChildMeasuring measuring,
      ScoringText text,
      Effort scoring,
      Progress progress) {
    this.plan = plan;
    this.scores = scores;
    this.measuring = measuring;
    this.text = text;
    this.scoring = scoring;
    this.progress = progress;
  }

  TargetChoice.Chosen refine(TargetChoice.Chosen chosen) throws IOException {
    TargetChoice.Chosen refined = plan.rounds() == 0 ? chosen : rounds(chosen);
    return plan.baselines().contains(Baseline.EVOLUTION) ? withRival(refined) : refined;
  }

  private TargetChoice.Chosen rounds(TargetChoice.Chosen chosen) throws IOException {
    SolveOptions options =
        new SolveOptions(plan.solve().backend(), plan.solve().timeLimit(), plan.data().seed());
    ChildMeter meter = measuring.on(text.sequences());
    try (ProgressTask shown = progress.start("rounds " + chosen.name(), 1 + plan.rounds())) {
      return chosen.after(
          new RoundSearch(
                  chosen.space(),
                  scores,
                  meter,
                  meter.loss(plan.score().metric(), chosen.bySum().teacher()),
                  plan.rounds(),
                  plan.childrenPerRound(),
                  options,
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

  /** Its effort is that of the scores and of the children of the target's rounds. */
  private TargetChoice.Chosen withRival(TargetChoice.Chosen chosen) throws IOException {
    Effort granted = scoring.plus(chosen.rounds().map(this::effort).orElse(Effort.NONE));
    long child = Effort.of(chosen.bySum(), tokens(text.sequences())).layerTokens();
    int children = Math.max(1, Math.toIntExact(granted.layerTokens() / child));
    try (ProgressTask shown = progress.start("evolution " + chosen.name(), children)) {
      AtomicInteger done = new AtomicInteger();
      Optional<EvolutionSearch.Evolved> evolved =
          new EvolutionSearch(
                  chosen.space(),
                  OFFSPRING,
                  stages(chosen.bySum().teacher()),
                  granted,
                  plan.data().seed())
              .run(effort -> {
                int now = (int) Math.min(children, effort.layerTokens() / child);
                shown.step(now - done.getAndSet(now));
              });
      return evolved.map(chosen::withRival).orElse(chosen);
    }
  }

  private Effort effort(RoundsResult result) {
    return result.measured().stream()
        .map(ChildScore::child)
        .map(child -> Effort.of(child, tokens(text.sequences())))
        .reduce(Effort.NONE, Effort::plus);
  }

  /** An eighth of the text first, then all of it. */
  private List<EvolutionSearch.Stage> stages(Model teacher) throws IOException {
    List<EvolutionSearch.Stage> stages = new ArrayList<>();
    List<TokenSequence> first = text.sequencesOf(text.rounds(plan.data().seed()).getFirst());
    if (first.size() < text.sequences().size()) {
      stages.add(stage(teacher, first, SURVIVORS));
    }
    stages.add(stage(teacher, text.sequences(), 1));
    return stages;
  }

  private EvolutionSearch.Stage stage(Model teacher, List<TokenSequence> sequences, int survivors)
      throws IOException {
    ChildMeter meter = measuring.on(sequences);
    return new EvolutionSearch.Stage(
        meter, meter.loss(plan.score().metric(), teacher), tokens(sequences), survivors);
  }

  private static long tokens(List<TokenSequence> sequences) {
    return sequences.stream().mapToLong(sequence -> sequence.ids().length).sum();
  }
}
