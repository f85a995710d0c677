package io.github.puzzle4j.search.cli.model;

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
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.solver.json.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a whole model on a file. */
@Command(
    name = "eval",
    description = "Measure a model on files of text, and on questions with right answers.",
    showDefaultValues = true)
public final class EvalCommand extends AnsweringCommand {

  /** Native memory for the intermediate results of one batch, unless a single row needs more. */
  private static final long BATCH_BYTES = 256L << 20;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR_OR_GGUF",
      description = "Checkpoint folder or GGUF file; its tokenizer reads rows of text.")
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "FILE_OR_DIR",
      description = {
        "JSON, Parquet or Arrow with text, messages or input_ids (taken as they are), or .txt and",
        ".md; packed by gzip or zstd or not."
      })
  private @Nullable Path data;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      description = {
        "JSON Lines of questions: prompt, choices and answer for multiple choice by likelihood;",
        "prompt and reference for exact match by greedy generation. May be repeated."
      })
  private List<Path> tasks = new ArrayList<>();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Further metrics on the text, as in a plan: reverse_kl, js, tv, agreement, cosine, nmse.",
        "They need a teacher."
      })
  private List<String> metrics = new ArrayList<>();

  @Option(
      names = "--teacher",
      paramLabel = "DIR_OR_GGUF",
      description = "A model with the same vocabulary: measures KL from it too.")
  private @Nullable Path teacher;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "Of matrix products: float32 or bfloat16.")
  private Precision precision;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Rows per batch; without it as many as fit in memory.")
  private @Nullable Integer batch;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    if (batch != null) {
      Require.positive("--batch", batch);
    }
    try (ModelFolder folder = ModelFolder.open(model)) {
      folder.weights();
      if (teacher == null) {
        return answer(progress, folder, Optional.empty());
      }
      try (Checkpoint reference = Checkpoint.openFinite(teacher)) {
        return answer(progress, folder, Optional.of(reference));
      }
    }
  }

  private Answer answer(Progress progress, ModelFolder folder, Optional<Checkpoint> reference)
      throws CliException, IOException {
    if (data == null && tasks.isEmpty()) {
      throw new CliException.UserMistake("nothing to measure: give --data, --tasks or both");
    }
    List<Metric> more = requestedMetrics(folder.model(), reference);
    List<TaskRow> questions = TaskFile.read(tasks);
    Optional<EvalRows> rows =
        data == null ? Optional.empty() : Optional.of(rows(folder, data, reference));
    try (DeviceMemory memory = device.device().memory();
        LanguageModel student = load(memory, folder.weights())) {
      Optional<Evaluation> evaluation =
          rows.isEmpty()
              ? Optional.empty()
              : Optional.of(evaluate(progress, memory, student, reference, rows.get(), more));
      SequencedMap<String, TaskResult> asked = ask(progress, memory, student, folder, questions);
      for (String name : asked.keySet()) {
        if (evaluation.isPresent() && evaluation.get().tasks().containsKey(name)) {
          throw new InvalidInputException(
              "%s and %s: both have a task '%s'".formatted(data, tasks, name));
        }
      }
      EvalAnswer answer = new EvalAnswer(evaluation, more, asked);
      return Answer.success(answer.json(), answer.text());
    }
  }

  /** What was asked for beyond what is measured in any case. */
  private List<Metric> requestedMetrics(Model shape, Optional<Checkpoint> reference)
      throws CliException {
    List<Metric> requested = new ArrayList<>();
    for (String name : metrics) {
      Metric metric =
          Metric.named(name)
              .orElseThrow(() ->
                  new CliException.UserMistake(
                      "--metric: unknown '%s'; %s"
                          .formatted(
                              name,
                              NearestName.hint(
                                  name, Arrays.stream(Metric.values()).map(Metric::id).toList()))));
      if (metric.teacherValue().isPresent() && reference.isEmpty()) {
        throw new CliException.UserMistake(
            "--metric %s: compares with a teacher: give --teacher".formatted(name));
      }
      if (metric.readsHiddenStates()
          && reference.isPresent()
          && reference.get().model().hiddenSize() != shape.hiddenSize()) {
        throw new CliException.UserMistake(
            "--metric %s: compares hidden states, of which the model has %d and its teacher %d"
                .formatted(name, shape.hiddenSize(), reference.get().model().hiddenSize()));
      }
      requested.add(metric);
    }
    return List.copyOf(requested);
  }

  private SequencedMap<String, TaskResult> ask(
      Progress progress,
      DeviceMemory memory,
      LanguageModel student,
      ModelFolder folder,
      List<TaskRow> questions)
      throws IOException {
    if (questions.isEmpty()) {
      return new LinkedHashMap<>();
    }
    Questions encoded =
        Questions.encode(questions, folder.tokenizer(), student.model().common().longestContext());
    try (ProgressTask task = progress.start("ask", encoded.texts())) {
      return new TaskRunner(memory, student, length -> rowsPerBatch(student.model(), length))
          .run(encoded, task::step);
    }
  }

  private EvalRows rows(ModelFolder folder, Path files, Optional<Checkpoint> reference)
      throws IOException {
    CommonParts config = folder.model().common();
    int longest = config.longestContext();
    if (reference.isPresent()) {
      CommonParts other = reference.get().model().common();
      requireSameVocabulary(config, other);
      longest = Math.min(longest, other.longestContext());
    }
    EvalRows rows = new EvalRows(CorpusFiles.find(files), folder, config.vocabularySize(), longest);
    rows.check(files);
    return rows;
  }

  private Evaluation evaluate(
      Progress progress,
      DeviceMemory memory,
      LanguageModel student,
      Optional<Checkpoint> reference,
      EvalRows rows,
      List<Metric> more)
      throws IOException {
    Evaluation evaluation;
    try (ProgressTask task = progress.start("evaluate", rows.tokens())) {
      rows.warnings().forEach(task::warn);
      Evaluator evaluator = new Evaluator(rowsPerBatch(student.model(), rows.longestRow()), more);
      Parts counted = new Parts(rows, task);
      evaluation = evaluate(memory, student, reference, evaluator, counted);
    }
    for (Map.Entry<Metric, Score> entry : evaluation.metrics().entrySet()) {
      requireNumber(entry.getKey().label(), entry.getValue().mean());
    }
    return evaluation;
  }

  private Evaluation evaluate(
      DeviceMemory memory,
      LanguageModel student,
      Optional<Checkpoint> reference,
      Evaluator evaluator,
      Parts counted)
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
    if (batch != null) {
      return batch;
    }
    int channels =
        shape.layers().stream().mapToInt(layer -> layer.ffn().channelsPerToken()).max().orElse(0);
    long widths = 8L * shape.common().vocabularySize() + 8L * shape.hiddenSize() + 4L * channels;
    return (int) Math.max(1, BATCH_BYTES / (Float.BYTES * widths * longest));
  }

  private void requireSameVocabulary(CommonParts config, CommonParts other)
      throws InvalidInputException {
    if (config.vocabularySize() != other.vocabularySize()) {
      throw new InvalidInputException(
          "%s has a vocabulary of %d, its teacher %s one of %d: KL needs the same tokens"
              .formatted(model, config.vocabularySize(), teacher, other.vocabularySize()));
    }
  }

  private void requireNumber(String metric, double value) throws InvalidInputException {
    if (!Double.isFinite(value)) {
      throw new InvalidInputException(
          "%s: the %s is %s: the weights hold infinite numbers or NaN, or lead to them"
              .formatted(model, metric, value));
    }
  }
}
