package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.train.ActivationBudget;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.ReplaceOneScorer;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreReplacement;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Scores the replacements of a search; stored scores are reused. */
final class Scoring {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final BlockLibrary library;
  private final List<TokenBatch> batches;
  private final String text;

  Scoring(SearchPlan plan, Workspace workspace, BlockLibrary library) throws IOException {
    this.plan = plan;
    this.workspace = workspace;
    this.library = library;
    this.batches =
        workspace.batches(
            workspace.texts().validation(plan.score().sequences()),
            Math.min(workspace.rowsAtOnce(), plan.score().sequences()));
    this.text = TokenBatch.digest(batches);
  }

  ScoreTable run(Path activations, Progress progress) throws IOException {
    Map<Replacement, ReplacementScore> scores = new HashMap<>();
    List<Replacement> missing = new ArrayList<>();
    List<Replacement> all = workspace.space().replacements();
    for (Replacement replacement : all) {
      Optional<StoredResult> stored = workspace.store().find(task(replacement));
      if (stored.isPresent()) {
        scores.put(replacement, score(replacement, stored.get()));
      } else {
        missing.add(replacement);
      }
    }
    ActivationBudget budget = plan.activations().budget();
    try (ProgressTask task = progress.start("score", missing.size())) {
      if (!missing.isEmpty()) {
        try (ActivationStore store =
            budget.open(
                activations, workspace.teacher().common(), batches, workspace.store()::warn)) {
          scorer(budget)
              .score(
                  workspace.memory(),
                  batches,
                  store,
                  missing,
                  score -> {
                    keep(score);
                    scores.put(score.replacement(), score);
                    task.step(1);
                    task.note("%s %s".formatted(score.replacement().span(), score.variant()));
                  });
        }
      }
    }
    return new ScoreTable(
        all.stream().map(one -> Objects.requireNonNull(scores.get(one), one.id())).toList());
  }

  private ReplaceOneScorer scorer(ActivationBudget budget) throws IOException {
    return new ReplaceOneScorer(
        workspace.teacher(),
        workspace.weights(),
        workspace.runner(),
        library,
        budget.memoryBesides(workspace.teacher().common(), batches));
  }

  private void keep(ReplacementScore score) throws IOException {
    workspace
        .store()
        .write(
            task(score.replacement()),
            new ScoreReplacement.Result(score.divergence(), score.loss()));
  }

  private static ReplacementScore score(Replacement replacement, StoredResult stored)
      throws IOException {
    ScoreReplacement.Result result = stored.value(ScoreReplacement.Result.class);
    return new ReplacementScore(replacement, result.divergence(), result.loss());
  }

  private ScoreReplacement task(Replacement replacement) throws IOException {
    return new ScoreReplacement(
        workspace.teacherDigest(),
        replacement,
        library.plan().reads(replacement),
        text,
        plan.precision());
  }
}
