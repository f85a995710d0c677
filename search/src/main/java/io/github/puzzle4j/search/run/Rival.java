package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.rounds.ChildMeter;
import io.github.puzzle4j.search.rounds.EvolutionSearch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The evolutionary search of a plan's baselines. */
final class Rival {

  /** Offspring of each generation, and how many of them survive each text but the last. */
  private static final int OFFSPRING = 24;

  private static final int SURVIVORS = 3;

  private final SearchPlan plan;
  private final ChildMeasuring measuring;
  private final ScoringText text;
  private final Progress progress;

  Rival(SearchPlan plan, ChildMeasuring measuring, ScoringText text, Progress progress) {
    this.plan = plan;
    this.measuring = measuring;
    this.text = text;
    this.progress = progress;
  }

  /**
   * The choice with the rival's beside it.
   *
   * @param granted what it may take: as much as the scores and the rounds of the choice
   */
  TargetChoice.Chosen beside(TargetChoice.Chosen chosen, Effort granted) throws IOException {
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

  static long tokens(List<TokenSequence> sequences) {
    return sequences.stream().mapToLong(sequence -> sequence.ids().length).sum();
  }
}
