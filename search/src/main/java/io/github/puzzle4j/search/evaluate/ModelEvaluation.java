package io.github.puzzle4j.search.evaluate;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.task.Questions;
import io.github.puzzle4j.scoring.task.TaskFile;
import io.github.puzzle4j.scoring.task.TaskResult;
import io.github.puzzle4j.scoring.task.TaskRow;
import io.github.puzzle4j.scoring.task.TaskRunner;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * A model, and what it is measured on.
 *
 * @param model checkpoint folder or GGUF file
 * @param data text; empty for questions alone
 * @param questions files of them
 * @param teacher a model with the same vocabulary, to measure divergences from
 * @param metrics further ones, on the text
 * @param precision of matrix products
 * @param batch rows that pass together; empty for as many as fit in memory
 */
public record ModelEvaluation(
    Path model,
    Optional<Path> data,
    List<Path> questions,
    Optional<Path> teacher,
    List<Metric> metrics,
    Precision precision,
    OptionalInt batch) {

  /** Native memory for the intermediate results of one batch, unless a single row needs more. */
  private static final long BATCH_BYTES = 256L << 20;

  /**
   * What to measure, and on what.
   *
   * @throws IllegalArgumentException if there is neither text nor a question
   */
  public ModelEvaluation {
    questions = List.copyOf(questions);
    metrics = List.copyOf(metrics);
    if (data.isEmpty() && questions.isEmpty()) {
      throw new IllegalArgumentException("neither text nor questions for " + model);
    }
  }

  /** Opens memory when the files have been found to be sound. */
  @FunctionalInterface
  public interface Device {
    DeviceMemory memory() throws IOException;
  }

  /**
   * Measures.
   *
   * @throws InvalidInputException if a file is missing or wrong, or does not fit the model, in one
   *     line
   */
  public ModelMeasurement run(Device device, Progress progress) throws IOException {
    try (ModelFolder folder = ModelFolder.open(model)) {
      folder.weights();
      if (teacher.isEmpty()) {
        return new Run(folder, Optional.empty(), progress).measure(device);
      }
      try (Checkpoint reference = Checkpoint.openFinite(teacher.get())) {
        return new Run(folder, Optional.of(reference), progress).measure(device);
      }
    }
  }

  /** With files open. */
  private final class Run {

    private final ModelFolder folder;
    private final Optional<Checkpoint> reference;
    private final Progress progress;

    Run(ModelFolder folder, Optional<Checkpoint> reference, Progress progress) {
      this.folder = folder;
      this.reference = reference;
      this.progress = progress;
    }

    ModelMeasurement measure(Device device) throws IOException {
      for (Metric metric : metrics) {
        requireComparable(metric);
      }
      List<TaskRow> asked = TaskFile.read(questions);
      Optional<EvalRows> rows = data.isEmpty() ? Optional.empty() : Optional.of(rows(data.get()));
      try (DeviceMemory memory = device.memory();
          LanguageModel student = load(memory, folder.weights())) {
        Optional<Evaluation> text =
            rows.isEmpty() ? Optional.empty() : Optional.of(evaluate(memory, student, rows.get()));
        SequencedMap<String, TaskResult> answers = ask(memory, student, asked);
        for (String name : answers.keySet()) {
          if (text.isPresent() && text.get().tasks().containsKey(name)) {
            throw new InvalidInputException(
                "%s and %s: both have a task '%s'".formatted(data.orElseThrow(), questions, name));
          }
        }
        return new ModelMeasurement(text, metrics, answers);
      }
    }

    private void requireComparable(Metric metric) throws InvalidInputException {
      if (metric.teacherValue().isPresent() && reference.isEmpty()) {
        throw new InvalidInputException(
            "metric %s: compares with a teacher, which is not given".formatted(metric.id()));
      }
      int hidden = folder.model().hiddenSize();
      if (metric.readsHiddenStates()
          && reference.isPresent()
          && reference.get().model().hiddenSize() != hidden) {
        throw new InvalidInputException(
            "metric %s: compares hidden states, of which the model has %d and its teacher %d"
                .formatted(metric.id(), hidden, reference.get().model().hiddenSize()));
      }
    }

    private EvalRows rows(Path files) throws IOException {
      CommonParts config = folder.model().common();
      int longest = config.longestContext();
      if (reference.isPresent()) {
        CommonParts other = reference.get().model().common();
        requireSameVocabulary(config, other);
        longest = Math.min(longest, other.longestContext());
      }
      EvalRows rows =
          new EvalRows(CorpusFiles.find(files), folder, config.vocabularySize(), longest);
      rows.check(files);
      return rows;
    }

    private void requireSameVocabulary(CommonParts config, CommonParts other)
        throws InvalidInputException {
      if (config.vocabularySize() != other.vocabularySize()) {
        throw new InvalidInputException(
            "%s has a vocabulary of %d, its teacher %s one of %d: KL needs the same tokens"
                .formatted(
                    model, config.vocabularySize(), teacher.orElseThrow(), other.vocabularySize()));
      }
    }

    private SequencedMap<String, TaskResult> ask(
        DeviceMemory memory, LanguageModel student, List<TaskRow> asked) throws IOException {
      if (asked.isEmpty()) {
        return new LinkedHashMap<>();
      }
      Questions encoded =
          Questions.encode(asked, folder.tokenizer(), student.model().common().longestContext());
      try (ProgressTask task = progress.start("ask", encoded.texts())) {
        return new TaskRunner(memory, student, length -> rowsPerBatch(student.model(), length))
            .run(encoded, task::step);
      }
    }

    private Evaluation evaluate(DeviceMemory memory, LanguageModel student, EvalRows rows)
        throws IOException {
      Evaluation evaluation;
      try (ProgressTask task = progress.start("evaluate", rows.tokens())) {
        rows.warnings().forEach(task::warn);
        Evaluator evaluator =
            new Evaluator(rowsPerBatch(student.model(), rows.longestRow()), metrics);
        evaluation = evaluate(memory, student, evaluator, new Parts(rows, task));
      }
      for (Map.Entry<Metric, Score> entry : evaluation.metrics().entrySet()) {
        requireNumber(entry.getKey().label(), entry.getValue().mean());
      }
      return evaluation;
    }

    private Evaluation evaluate(
        DeviceMemory memory, LanguageModel student, Evaluator evaluator, Parts counted)
        throws IOException {
      if (reference.isEmpty()) {
        return evaluator.evaluateParts(
            memory, student, Optional.empty(), counted, counted::evaluated);
      }
      try (LanguageModel loaded = load(memory, reference.get())) {
        return evaluator.evaluateParts(
            memory, student, Optional.of(loaded), counted, counted::evaluated);
      }
    }
  }

  /** Rows have different lengths, so progress is counted in tokens. */
  private static final class Parts implements Evaluator.Parts {

    private final EvalRows rows;
    private final ProgressTask task;
    private Iterator<TokenSequence> part = Collections.emptyIterator();

    Parts(EvalRows rows, ProgressTask task) {
      this.rows = rows;
      this.task = task;
    }

    @Override
    public void forEach(Consumer<List<TokenSequence>> consumer) throws IOException {
      rows.forEach(sequences -> {
        part = sequences.iterator();
        consumer.accept(sequences);
      });
    }

    void evaluated(int count) {
      for (int row = 0; row < count; row++) {
        task.step(part.next().length());
      }
    }
  }

  private LanguageModel load(DeviceMemory memory, Checkpoint checkpoint) throws IOException {
    return LanguageModel.load(memory, checkpoint.model(), checkpoint, precision);
  }

  /**
   * As many rows as fit the memory of a batch: several arrays of the vocabulary's width while
   * predictions are measured, and those of a subblock.
   */
  private int rowsPerBatch(Model shape, int longest) {
    if (batch.isPresent()) {
      return batch.getAsInt();
    }
    int channels =
        shape.layers().stream().mapToInt(layer -> layer.ffn().channelsPerToken()).max().orElse(0);
    long widths = 8L * shape.common().vocabularySize() + 8L * shape.hiddenSize() + 4L * channels;
    return (int) Math.max(1, BATCH_BYTES / (Float.BYTES * widths * longest));
  }

  private void requireNumber(String metric, double value) throws InvalidInputException {
    if (!Double.isFinite(value)) {
      throw new InvalidInputException(
          "%s: the %s is %s: the weights hold infinite numbers or NaN, or lead to them"
              .formatted(model, metric, value));
    }
  }
}
