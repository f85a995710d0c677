package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.corpus.TextDigest;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.scoring.quality.MeasureModel;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.task.Questions;
import io.github.puzzle4j.scoring.task.TaskRunner;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Measures models on one text, and asks them questions; stored results are reused. */
final class Measuring {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final List<TokenSequence> sequences;
  private final String text;
  private final Optional<Questions> questions;

  /** Measures on this text alone. */
  Measuring(SearchPlan plan, Workspace workspace, List<TokenSequence> sequences) {
    this(plan, workspace, sequences, Optional.empty());
  }

  /** Measures on this text, and asks what the plan asks. */
  static Measuring withQuestions(
      SearchPlan plan, Workspace workspace, List<TokenSequence> sequences) throws IOException {
    Optional<Questions> asked =
        Optional.of(workspace.questions()).filter(questions -> !questions.isEmpty());
    return new Measuring(plan, workspace, sequences, asked);
  }

  private Measuring(
      SearchPlan plan,
      Workspace workspace,
      List<TokenSequence> sequences,
      Optional<Questions> questions) {
    this.plan = plan;
    this.workspace = workspace;
    this.sequences = List.copyOf(sequences);
    this.text = TextDigest.of(sequences);
    this.questions = questions;
  }

  Evaluation measure(ChildWeights model) throws IOException {
    return measure(model.child(), model.sources(), () -> evaluate(model));
  }

  /**
   * Measures what was written of a child.
   *
   * @param files digests of its weights
   */
  Evaluation measure(ChildWeights child, List<String> files, Checkpoint written)
      throws IOException {
    List<String> sources = new ArrayList<>(child.sources());
    sources.addAll(files);
    return measure(
        child.child(),
        sources,
        () -> {
          try (LanguageModel loaded = workspace.load(written.model(), written)) {
            return evaluate(loaded);
          }
        });
  }

  /** Loads a model and measures it. */
  @FunctionalInterface
  private interface Evaluating {
    Evaluation now() throws IOException;
  }

  private Evaluation measure(Child child, List<String> sources, Evaluating evaluate)
      throws IOException {
    MeasureModel task =
        new MeasureModel(
            workspace.teacherDigest(),
            child.replacements(),
            sources,
            measuredText(),
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
    Evaluation now = evaluate.now();
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
    Evaluation onText =
        new Evaluator(workspace.rowsAtOnce(), plan.score().metric().measured())
            .evaluate(workspace.memory(), model, workspace.teacherStates(text), sequences);
    if (questions.isEmpty()) {
      return onText;
    }
    SequencedMap<String, Evaluation.Answers> tasks = new LinkedHashMap<>(onText.tasks());
    new TaskRunner(workspace.memory(), model, this::rowsAtOnce)
        .run(questions.get(), _ -> {})
        .forEach((name, result) ->
            tasks.put(
                tasks.containsKey(name) ? name + " (questions)" : name,
                new Evaluation.Answers(result.right(), result.asked())));
    return new Evaluation(onText.metrics(), tasks);
  }

  /** As many tokens as in the batches of the text. */
  private int rowsAtOnce(int length) {
    return Math.max(1, workspace.rowsAtOnce() * plan.data().sequenceLength() / length);
  }

  /** Digest of the text and, if any are asked, of the questions. */
  private String measuredText() {
    return questions.map(asked -> Digests.of(text + asked.digest())).orElse(text);
  }
}
