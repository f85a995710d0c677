package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Evaluator;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a whole model on a file. */
@Command(
    name = "eval",
    description = "Measure LM loss and accuracies of a model on files of text.",
    showDefaultValues = true)
public final class EvalCommand extends AnsweringCommand {

  /** Native memory for the intermediate results of one batch, unless a single row needs more. */
  private static final long BATCH_BYTES = 256L << 20;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint folder; its tokenizer reads rows of text.")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE_OR_DIR",
      description = {
        "JSON Lines or Parquet with text, messages or input_ids (taken as they are), or .txt and",
        ".md; packed by gzip or zstd or not."
      })
  private Path data;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "Checkpoint folder with the same vocabulary: measures KL from it too.")
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
    try (Checkpoint checkpoint = Checkpoint.openFinite(model)) {
      if (teacher == null) {
        return answer(progress, checkpoint, Optional.empty());
      }
      try (Checkpoint reference = Checkpoint.openFinite(teacher)) {
        return answer(progress, checkpoint, Optional.of(reference));
      }
    }
  }

  private Answer answer(Progress progress, Checkpoint checkpoint, Optional<Checkpoint> reference)
      throws IOException {
    CommonParts config = checkpoint.model().common();
    int longest = config.longestContext();
    if (reference.isPresent()) {
      CommonParts other = reference.get().model().common();
      requireSameVocabulary(config, other);
      longest = Math.min(longest, other.longestContext());
    }
    CorpusFiles files = CorpusFiles.find(data);
    List<TokenSequence> rows;
    try (EvalRows reader = new EvalRows(model, config.vocabularySize(), longest)) {
      // The longest first, so that lack of memory fails at once and rows of a batch are similar.
      rows =
          reader.read(data, files).stream()
              .sorted(Comparator.comparingInt(TokenSequence::length).reversed())
              .toList();
    }
    Evaluation evaluation = evaluate(progress, checkpoint, reference, rows, files.skipped());
    requireNumber("loss", evaluation.loss().mean());
    requireNumber("KL", evaluation.divergence().mean());
    EvalAnswer answer = new EvalAnswer(evaluation, reference.isPresent());
    return Answer.success(answer.json(), answer.text());
  }

  private Evaluation evaluate(
      Progress progress,
      Checkpoint checkpoint,
      Optional<Checkpoint> reference,
      List<TokenSequence> rows,
      List<Path> skipped)
      throws IOException {
    long tokens = rows.stream().mapToLong(TokenSequence::length).sum();
    try (DeviceMemory memory = device.device().memory();
        LanguageModel student = load(memory, checkpoint);
        ProgressTask task = progress.start("evaluate", tokens)) {
      if (!skipped.isEmpty()) {
        task.warn(
            "%d files are not read, such as %s".formatted(skipped.size(), skipped.getFirst()));
      }
      Evaluator evaluator =
          new Evaluator(rowsPerBatch(checkpoint.model(), rows.getFirst().length()));
      IntConsumer done = tokensOf(rows.iterator(), task);
      if (reference.isEmpty()) {
        return evaluator.evaluate(memory, student, Optional.empty(), rows, done);
      }
      try (LanguageModel loaded = load(memory, reference.get())) {
        return evaluator.evaluate(memory, student, Optional.of(loaded), rows, done);
      }
    }
  }

  private LanguageModel load(DeviceMemory memory, Checkpoint checkpoint) throws IOException {
    return LanguageModel.load(memory, checkpoint.model(), checkpoint, precision);
  }

  /** Rows have different lengths, so progress is counted in tokens. */
  private static IntConsumer tokensOf(Iterator<TokenSequence> rows, ProgressTask task) {
    return count -> {
      for (int row = 0; row < count; row++) {
        task.step(rows.next().length());
      }
    };
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
