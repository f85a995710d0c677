package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Measures a whole model on sequences, optionally against its teacher. */
public final class Evaluator {

  /** Measured in any case, since they need no teacher. */
  static final List<Metric> OF_A_MODEL =
      List.of(Metric.LM_LOSS, Metric.TOP1, Metric.TOP5, Metric.TOP10);

  private final int rowsPerBatch;
  private final Set<Metric> metrics;

  /** An evaluator of LM loss and accuracies, and of KL where there is a teacher. */
  public Evaluator(int rowsPerBatch) {
    this(rowsPerBatch, List.of());
  }

  /**
   * An evaluator.
   *
   * @param rowsPerBatch sequences that go through the model together, at least 1
   * @param more metrics that are measured too; those that compare models, where there is a teacher
   */
  public Evaluator(int rowsPerBatch, Collection<Metric> more) {
    this.metrics = EnumSet.of(Metric.KL_DIVERGENCE);
    this.metrics.addAll(OF_A_MODEL);
    this.metrics.addAll(more);
    if (rowsPerBatch < 1) {
      throw new IllegalArgumentException(
          "rowsPerBatch=%d must be at least 1".formatted(rowsPerBatch));
    }
    this.rowsPerBatch = rowsPerBatch;
  }

  /**
   * Runs all sequences through the model. Every token but the first of its sequence is predicted.
   *
   * @param teacher reference of the divergence
   * @param done told the number of sequences after each batch
   * @throws IllegalArgumentException if no sequence has two tokens, or if an id is outside of the
   *     vocabulary
   */
  public Evaluation evaluate(
      DeviceMemory parent,
      LanguageModel model,
      Optional<LanguageModel> teacher,
      List<TokenSequence> sequences,
      IntConsumer done) {
    Tally tally = new Tally(metrics(teacher.isPresent()));
    add(tally, parent, model, teacher, sequences, done);
    return tally.evaluation();
  }

  /** The same against a teacher whose states are shared by the evaluations of several models. */
  public Evaluation evaluate(
      DeviceMemory parent,
      LanguageModel model,
      TeacherStates teacher,
      List<TokenSequence> sequences) {
    Tally tally = new Tally(metrics(true));
    batches(parent, model, Reference.of(teacher), sequences, tally, rows -> {});
    return tally.evaluation();
  }

  /** Sequences that are read part by part. */
  @FunctionalInterface
  public interface Parts {

    /** Passes each part on. */
    void forEach(Consumer<List<TokenSequence>> part) throws IOException;
  }

  /**
   * The same for sequences of which only a part is in memory at a time.
   *
   * @throws IOException if they cannot be read
   */
  public Evaluation evaluateParts(
      DeviceMemory parent,
      LanguageModel model,
      Optional<LanguageModel> teacher,
      Parts parts,
      IntConsumer done)
      throws IOException {
    Tally tally = new Tally(metrics(teacher.isPresent()));
    parts.forEach(part -> add(tally, parent, model, teacher, part, done));
    return tally.evaluation();
  }

  private List<Metric> metrics(boolean againstTeacher) {
    return metrics.stream()
        .filter(metric -> againstTeacher || metric.teacherValue().isEmpty())
        .toList();
  }

  private void add(
      Tally tally,
      DeviceMemory parent,
      LanguageModel model,
      Optional<LanguageModel> teacher,
      List<TokenSequence> sequences,
      IntConsumer done) {
    Reference reference = Reference.of(teacher.orElse(model));
    batches(parent, model, reference, sequences, tally, done);
  }

  /** What a model is compared with. */
  private record Reference(LanguageModel model, States states) {

    /** Hidden states of a batch. */
    @FunctionalInterface
    interface States {
      DeviceTensor of(DeviceMemory scope, int batch, DeviceTensor ids);
    }

    static Reference of(LanguageModel model) {
      return new Reference(model, (scope, batch, ids) -> model.hidden(ids));
    }

    static Reference of(TeacherStates teacher) {
      return new Reference(teacher.teacher(), teacher::of);
    }
  }

  private void batches(
      DeviceMemory parent,
      LanguageModel model,
      Reference reference,
      List<TokenSequence> sequences,
      Tally tally,
      IntConsumer done) {
    for (int from = 0; from < sequences.size(); from += rowsPerBatch) {
      List<TokenSequence> rows =
          sequences.subList(from, Math.min(sequences.size(), from + rowsPerBatch));
      TokenBatch batch =
          TokenBatch.ofAllTokens(
              rows.stream().map(TokenSequence::ids).toList(),
              model.model().common().vocabularySize());
      try (DeviceMemory scope = parent.newScope()) {
        DeviceTensor ids = batch.ids(scope);
        DeviceTensor wanted = reference.states().of(scope, from / rowsPerBatch, ids);
        DeviceTensor hidden = reference.model() == model ? wanted : model.hidden(ids);
        LanguageHead head = model.head();
        LanguageHead other = reference.model().head();
        tally.add(
            rows,
            PredictionMetrics.of(head, List.of(hidden), other, wanted, batch, tally.metrics())
                .getFirst());
      }
      done.accept(rows.size());
    }
  }

  /** Counts so far. */
  private static final class Tally {

    private final Map<Metric, ScoreSum> sums = new EnumMap<>(Metric.class);
    private final SequencedMap<String, Evaluation.Answers> tasks = new TreeMap<>();

    Tally(List<Metric> metrics) {
      metrics.forEach(metric -> sums.put(metric, new ScoreSum()));
    }

    List<Metric> metrics() {
      return List.copyOf(sums.keySet());
    }

    void add(List<TokenSequence> rows, PredictionMetrics measured) {
      Map<Metric, List<Score.Part>> parts = measured.parts();
      sums.forEach((metric, sum) -> sum.add(parts.getOrDefault(metric, List.of())));
      for (int row = 0; row < rows.size(); row++) {
        addAnswers(rows.get(row), row, measured);
      }
    }

    private void addAnswers(TokenSequence sequence, int row, PredictionMetrics metrics) {
      for (Span answer : sequence.answers()) {
        if (answer.start() == 0) {
          continue; // The first token is not predicted.
        }
        boolean right = true;
        for (int token = answer.start(); token < answer.end(); token++) {
          right &= metrics.isTop(row, token - 1);
        }
        Evaluation.Answers one = new Evaluation.Answers(right ? 1 : 0, 1);
        tasks.merge(
            sequence.task(answer.start()),
            one,
            (a, b) -> new Evaluation.Answers(a.right() + b.right(), a.asked() + b.asked()));
      }
    }

    Evaluation evaluation() {
      Map<Metric, Score> scores = new EnumMap<>(Metric.class);
      sums.forEach((metric, sum) -> scores.put(metric, sum.score()));
      return new Evaluation(scores, tasks);
    }
  }
}
