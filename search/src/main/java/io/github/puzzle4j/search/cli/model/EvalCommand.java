package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.evaluate.ModelEvaluation;
import io.github.puzzle4j.search.evaluate.ModelMeasurement;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.solver.json.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    if (data == null && tasks.isEmpty()) {
      throw new CliException.UserMistake("nothing to measure: give --data, --tasks or both");
    }
    ModelMeasurement measured =
        new ModelEvaluation(
                model,
                Optional.ofNullable(data),
                tasks,
                Optional.ofNullable(teacher),
                requestedMetrics(),
                precision,
                batch == null ? OptionalInt.empty() : OptionalInt.of(batch))
            .run(() -> device.device().memory(), progress);
    EvalAnswer answer = new EvalAnswer(measured);
    return Answer.success(answer.json(), answer.text());
  }

  /** What was asked for beyond what is measured in any case. */
  private List<Metric> requestedMetrics() throws CliException {
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
      if (metric.teacherValue().isPresent() && teacher == null) {
        throw new CliException.UserMistake(
            "--metric %s: compares with a teacher: give --teacher".formatted(name));
      }
      requested.add(metric);
    }
    return List.copyOf(requested);
  }
}
