package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.corpus.TextDigest;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.scoring.quality.MeasureModel;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures models on one text; stored results are reused. */
final class Measuring {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final List<TokenSequence> sequences;
  private final String text;

  Measuring(SearchPlan plan, Workspace workspace, List<TokenSequence> sequences) {
    this.plan = plan;
    this.workspace = workspace;
    this.sequences = List.copyOf(sequences);
    this.text = TextDigest.of(sequences);
  }

  Evaluation measure(ChildWeights model) throws IOException {
    MeasureModel task =
        new MeasureModel(
            workspace.teacherDigest(),
            model.child().replacements(),
            model.sources(),
            text,
            plan.products());
    Optional<StoredResult> stored = workspace.store().find(task);
    Map<Metric, Score> metrics = new EnumMap<>(Metric.class);
    if (stored.isPresent()) {
      Evaluation known = stored.get().value(Evaluation.class);
      metrics.putAll(known.metrics());
      if (metrics.keySet().containsAll(plan.score().metric().measured())) {
        return known;
      }
    }
    Evaluation now = evaluate(model);
    metrics.putAll(now.metrics());
    Evaluation evaluation = new Evaluation(metrics, now.tasks());
    workspace.store().write(task, evaluation);
    return evaluation;
  }

  /** Uses the teacher that is in memory. */
  private Evaluation evaluate(ChildWeights model) throws IOException {
    if (model.sources().isEmpty() && model.child().model().equals(workspace.teacher())) {
      return evaluate(workspace.teacherModel());
    }
    try (LanguageModel loaded = workspace.load(model.child().model(), model.tensors())) {
      return evaluate(loaded);
    }
  }

  private Evaluation evaluate(LanguageModel model) throws IOException {
    return new Evaluator(workspace.rowsAtOnce(), plan.score().metric().measured())
        .evaluate(workspace.memory(), model, workspace.teacherStates(text), sequences);
  }
}
