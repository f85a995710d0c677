package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Measures a whole model on sequences, optionally against its teacher. */
public final class Evaluator {

  private final int rowsPerBatch;

  /**
   * An evaluator.
   *
   * @param rowsPerBatch sequences that go through the model together, at least 1
   */
  public Evaluator(int rowsPerBatch) {
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
    Tally tally = new Tally();
    add(tally, parent, model, teacher, sequences, done);
    return tally.evaluation();
  }

  /** The same against a teacher whose states are shared by the evaluations of several models. */
  public Evaluation evaluate(
      DeviceMemory parent,
      LanguageModel model,
      TeacherStates teacher,
      List<TokenSequence> sequences) {
    Tally tally = new Tally();
    batches(parent, model, Reference.of(teacher), sequences, tally::add, rows -> {});
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
    Tally tally = new Tally();
    parts.forEach(part -> add(tally, parent, model, teacher, part, done));
    return tally.evaluation();
  }

  private void add(
      Tally tally,
      DeviceMemory parent,
      LanguageModel model,
      Optional<LanguageModel> teacher,
      List<TokenSequence> sequences,
      IntConsumer done) {
    Reference reference = Reference.of(teacher.orElse(model));
    batches(parent, model, reference, sequences, tally::add, done);
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
      BiConsumer<List<TokenSequence>, PredictionMetrics> measured,
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
        float[] metrics = model.head().metrics(hidden, reference.model().head(), wanted, batch);
        measured.accept(rows, new PredictionMetrics(batch, metrics));
      }
      done.accept(rows.size());
    }
  }

  /** Counts so far. */
  private static final class Tally {

    private final ScoreSum loss = new ScoreSum();
    private final ScoreSum divergence = new ScoreSum();
    private final ScoreSum top1 = new ScoreSum();
    private final ScoreSum top5 = new ScoreSum();
    private final ScoreSum top10 = new ScoreSum();
    private final SequencedMap<String, Evaluation.Answers> tasks = new TreeMap<>();

    void add(List<TokenSequence> rows, PredictionMetrics metrics) {
      loss.add(metrics.loss());
      divergence.add(metrics.divergence());
      top1.add(metrics.hits(1));
      top5.add(metrics.hits(5));
      top10.add(metrics.hits(10));
      for (int row = 0; row < rows.size(); row++) {
        addAnswers(rows.get(row), row, metrics);
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
      return new Evaluation(
          loss.score(),
          divergence.score(),
          top1.score().mean(),
          top5.score().mean(),
          top10.score().mean(),
          tasks);
    }
  }
}
