package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.bench.NoiseCheckpoint;
import io.github.puzzle4j.search.bench.load.LoadBenchmark;
import io.github.puzzle4j.search.bench.load.LoadTimes;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures how fast a checkpoint is read. */
@Command(
    name = "load",
    description = {
      "Measure how fast all tensors of a checkpoint are read, compared with cat on the same files."
    },
    showDefaultValues = true)
public final class BenchLoadCommand extends AnsweringCommand {

  private static final int MOST_GIGABYTES = 1000;

  private static final String TEXT =
      """
      {gigabytes:%.3f} GB of tensors in {files} file(s), {repetitions} repetitions, medians, warm cache
      read every byte    {gigabytes_per_second:%8.2f} GB/s with {threads} thread(s)
      cat > /dev/null    {cat_gigabytes_per_second:%8.2f} GB/s
      ratio              {ratio:%8.2f}
      convert to float   {floats_gigabytes_per_second:%8.2f} GB/s of stored bytes\
      """;

  @Option(
      names = "--model",
      paramLabel = "DIR_OR_GGUF",
      description = {
        "Checkpoint folder or GGUF file. Without it, one of random numbers is written, measured and deleted."
      })
  private @Nullable Path model;

  @Option(
      names = "--gigabytes",
      defaultValue = "2",
      paramLabel = "N",
      description = "About how large the checkpoint of random numbers is, without --model.")
  private int gigabytes;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Where it is written; by default the system's temporary folder.")
  private @Nullable Path folder;

  @Option(names = "--repetitions", defaultValue = "9", description = "The median is used.")
  private int repetitions;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that read; by default one per processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--repetitions", repetitions);
    Require.positive("--threads", threads);
    if (model != null) {
      return measured(progress, model);
    }
    Require.positive("--gigabytes", gigabytes);
    if (gigabytes > MOST_GIGABYTES) {
      throw new CliException.UserMistake(
          "--gigabytes %d: must be at most %d".formatted(gigabytes, MOST_GIGABYTES));
    }
    Path written =
        folder == null
            ? Files.createTempDirectory("puzzle4j-load")
            : Files.createTempDirectory(folder, "puzzle4j-load");
    try {
      try (ProgressTask task = progress.start("write %d GB".formatted(gigabytes), 1)) {
        NoiseCheckpoint.write(written, noise(), 1, CheckpointWriter.DEFAULT_SHARD_BYTES);
        task.step(1);
      }
      return measured(progress, written);
    } finally {
      delete(written);
    }
  }

  private Answer measured(Progress progress, Path checkpoint) throws IOException {
    LoadBenchmark benchmark = LoadBenchmark.of(checkpoint, threads);
    try (ProgressTask task = progress.start("bench load", repetitions + 1)) {
      LoadTimes times = benchmark.run(repetitions, turn -> task.step(1));
      ObjectNode json = json(times);
      return Answer.success(json, Template.fill(json, TEXT));
    }
  }

  /** A gigabyte is 10^9 bytes; {@code cat} has one thread. */
  private ObjectNode json(LoadTimes times) {
    return Json.mapper()
        .createObjectNode()
        .put("gigabytes", times.tensorBytes() / 1e9)
        .put("files", times.files())
        .put("gigabytes_per_second", times.gigabytesPerSecond())
        .put("cat_gigabytes_per_second", times.catGigabytesPerSecond())
        .put("ratio", times.gigabytesPerSecond() / times.catGigabytesPerSecond())
        .put("floats_gigabytes_per_second", times.floatsGigabytesPerSecond())
        .put("threads", threads)
        .put("repetitions", times.readSeconds().size())
        .set("machine", Machine.here().json());
  }

  /** As many layers of Llama-3.2-1B as needed. */
  private Model noise() {
    CommonParts common =
        CommonParts.llama(128_256, 2048, 500_000, 4096, true, SpecialTokens.none());
    Layer layer = Layer.llama(new AttentionShape(32, 8, 64), 8192);
    long bytes = gigabytes * 1_000_000_000L - Short.BYTES * common.parameters();
    long layers = bytes / (Short.BYTES * layer.parameters(common.hiddenSize()));
    return Model.uniform(common, (int) Math.max(1, layers), layer);
  }

  private static void delete(Path written) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(written)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(written);
  }
}
