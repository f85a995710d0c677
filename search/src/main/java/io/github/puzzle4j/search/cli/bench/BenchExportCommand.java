package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import io.github.puzzle4j.search.bench.export.ExportBenchmark;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures how fast a model is exported. */
@Command(
    name = "export",
    description = "Measure how fast a model is exported, compared with cp and sync of its files.",
    showDefaultValues = true)
public final class BenchExportCommand extends AnsweringCommand {

  private static final int MOST_LAYERS = 10_000;

  private static final String TEXT =
      """
      {format}, {gigabytes:%.3f} GB, {repetitions} repetitions, medians
      export             {gigabytes_per_second:%8.2f} GB/s
      cp and sync        {cp_gigabytes_per_second:%8.2f} GB/s
      ratio              {ratio:%8.2f}
      peak memory        {peak_tensors:%8.2f} times the largest tensor\
      """;

  @Option(
      names = "--model",
      paramLabel = "DIR_OR_GGUF",
      description = {
        "What is exported. Without it, a model of random numbers without a tokenizer is written"
            + " first."
      })
  private @Nullable Path model;

  @Option(
      names = "--layers",
      defaultValue = "4",
      paramLabel = "N",
      description = "Layers of that model, of 122 MB each beside an embedding of 525 MB.")
  private int layers;

  @Option(names = "--format", defaultValue = "huggingface", description = "As in plans.")
  private String format = "huggingface";

  @Option(names = "--repetitions", defaultValue = "5", description = "The median is used.")
  private int repetitions;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--repetitions", repetitions);
    Require.positive("--layers", layers);
    if (layers > MOST_LAYERS) {
      throw new CliException.UserMistake(
          "--layers %d: must be at most %d".formatted(layers, MOST_LAYERS));
    }
    CheckpointExporter exporter = Exporters.named(format);
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-export")) {
      Path source = model == null ? folder.path().resolve("model") : model;
      if (model == null) {
        NoiseCheckpoint.write(source, noise(), 1, CheckpointWriter.DEFAULT_SHARD_BYTES);
      }
      try (ModelFolder opened = ModelFolder.open(source);
          ProgressTask task = progress.start("bench export", repetitions + 1)) {
        ExportBenchmark.Result result =
            new ExportBenchmark(exporter, folder.path())
                .run(opened, repetitions, () -> task.step(1));
        ObjectNode json = json(result);
        return Answer.success(json, Template.fill(json, TEXT));
      }
    }
  }

  private ObjectNode json(ExportBenchmark.Result result) {
    return Json.mapper()
        .createObjectNode()
        .put("format", format)
        .put("gigabytes", result.bytes() / 1e9)
        .put("gigabytes_per_second", result.bytes() / 1e9 / result.exportSeconds())
        .put("cp_gigabytes_per_second", result.bytes() / 1e9 / result.copySeconds())
        .put("ratio", result.copySeconds() / result.exportSeconds())
        .put("largest_tensor_bytes", result.largestTensorBytes())
        .put("peak_bytes", result.peakBytes())
        .put("peak_tensors", (double) result.peakBytes() / result.largestTensorBytes())
        .put("repetitions", repetitions)
        .set("machine", Machine.here().json());
  }

  /** Layers of Llama-3.2-1B, every other one with half of the KV heads. */
  private Model noise() {
    CommonParts common =
        CommonParts.llama(128_256, 2048, 500_000, 4096, true, SpecialTokens.none());
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.add(Layer.llama(new AttentionShape(32, i % 2 == 0 ? 8 : 4, 64), 8192));
    }
    return new Model(common, all);
  }
}
