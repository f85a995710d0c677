package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.train.ActivationBudget;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.MeasuredParts;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.quality.ScoreReplacement;
import io.github.puzzle4j.scoring.quality.ScoreSheet;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Measures replacements on portions of the text; stored results are reused. */
final class Scoring {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final BlockLibrary library;
  private final ScoringText text;
  private final Path activations;
  private final ScoreSheet sheet;
  private final Map<Replacement, Set<ScoringText.Portion>> known = new HashMap<>();

  Scoring(
      SearchPlan plan,
      Workspace workspace,
      BlockLibrary library,
      ScoringText text,
      Path activations) {
    this.plan = plan;
    this.workspace = workspace;
    this.library = library;
    this.text = text;
    this.activations = activations;
    this.sheet = new ScoreSheet(text.sequences().size());
  }

  ScoringText text() {
    return text;
  }

  /** Everything that has been measured so far. */
  ScoreSheet sheet() {
    return sheet;
  }

  /** Whether a replacement lacks any of these portions. */
  boolean lacks(Replacement replacement, Collection<ScoringText.Portion> portions) {
    return !known.getOrDefault(replacement, Set.of()).containsAll(portions);
  }

  /** Measures what is neither on the sheet nor in the store. */
  void measure(
      Collection<Replacement> replacements, List<ScoringText.Portion> portions, ProgressTask task)
      throws IOException {
    Map<List<ScoringText.Portion>, List<Replacement>> missing = new LinkedHashMap<>();
    for (Replacement replacement : replacements) {
      List<ScoringText.Portion> rest = new ArrayList<>();
      for (ScoringText.Portion portion : portions) {
        if (!has(replacement, portion)) {
          rest.add(portion);
        }
      }
      if (rest.isEmpty()) {
        task.step(1);
      } else {
        missing.computeIfAbsent(rest, _ -> new ArrayList<>()).add(replacement);
      }
    }
    for (Map.Entry<List<ScoringText.Portion>, List<Replacement>> group : missing.entrySet()) {
      compute(group.getValue(), group.getKey(), task);
    }
  }

  private boolean has(Replacement replacement, ScoringText.Portion portion) throws IOException {
    if (known.getOrDefault(replacement, Set.of()).contains(portion)) {
      return true;
    }
    Optional<StoredResult> stored = workspace.store().find(task(replacement, portion));
    if (stored.isEmpty()) {
      return false;
    }
    ScoreReplacement.Result result = stored.get().value(ScoreReplacement.Result.class);
    if (!result.metrics().keySet().containsAll(plan.score().metric().measured())) {
      return false;
    }
    add(new MeasuredParts(replacement, result.metrics(), result.effort()), portion);
    return true;
  }

  private void compute(
      List<Replacement> replacements, List<ScoringText.Portion> portions, ProgressTask task)
      throws IOException {
    List<TokenBatch> batches = workspace.batches(text.sequencesOf(portions));
    ActivationBudget budget = plan.activations().budget();
    try (ActivationStore store =
        budget.open(activations, workspace.teacher().common(), batches, workspace.store()::warn)) {
      new ReplaceOneScorer(
              workspace.teacher(),
              workspace.weights(),
              workspace.runner(),
              library,
              budget.memoryBesides(workspace.teacher().common(), batches))
          .score(
              workspace.memory(),
              batches,
              plan.score().metric().measured(),
              store,
              replacements,
              measured -> {
                keep(measured, portions);
                task.step(1);
                Replacement one = measured.replacement();
                task.note("%s %s".formatted(one.span(), one.variant()));
              });
    }
  }

  private void keep(MeasuredParts measured, List<ScoringText.Portion> portions) throws IOException {
    int from = 0;
    for (ScoringText.Portion portion : portions) {
      MeasuredParts some = measured.slice(from, from + portion.places().size());
      ScoreReplacement task = task(some.replacement(), portion);
      Map<Metric, List<Score.Part>> metrics = new EnumMap<>(some.metrics());
      Optional<StoredResult> known = workspace.store().find(task);
      if (known.isPresent()) {
        // What another plan minimises is kept for it.
        known.get().value(ScoreReplacement.Result.class).metrics().forEach(metrics::putIfAbsent);
      }
      workspace.store().write(task, new ScoreReplacement.Result(metrics, some.effort()));
      add(some, portion);
      from += portion.places().size();
    }
  }

  private void add(MeasuredParts measured, ScoringText.Portion portion) {
    sheet.add(measured, portion.places());
    known.computeIfAbsent(measured.replacement(), _ -> new LinkedHashSet<>()).add(portion);
  }

  ScoreReplacement task(Replacement replacement, ScoringText.Portion portion) throws IOException {
    return new ScoreReplacement(
        workspace.teacherDigest(),
        replacement,
        library.plan().reads(replacement),
        portion.digest(),
        plan.products());
  }
}
