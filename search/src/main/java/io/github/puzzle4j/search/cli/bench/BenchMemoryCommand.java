package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.bench.memory.MemoryBenchmark;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.TextTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Measures the memory of all stages at several depths. */
@Command(
    name = "memory",
    description = {
      "Measure peak memory of distilling, scoring, measuring and repairing teachers that differ only in"
          + " depth, each in a process of its own. The layers are those of Llama-3.2-1B by default."
    },
    showDefaultValues = true)
public final class BenchMemoryCommand extends AnsweringCommand {

  /** The measuring processes run this command again. */
  private static final String MAIN = "io.github.puzzle4j.search.cli.Main";

  @Option(names = "--layers", defaultValue = "4,16", split = ",", description = "Depths.")
  private List<Integer> layers = List.of();

  @Option(names = "--hidden", defaultValue = "2048")
  private int hidden;

  @Option(names = "--intermediate", defaultValue = "8192")
  private int intermediate;

  @Option(names = "--heads", defaultValue = "32")
  private int heads;

  @Option(names = "--kv-heads", defaultValue = "8")
  private int kvHeads;

  @Option(names = "--vocabulary", defaultValue = "128256")
  private int vocabulary;

  @Option(names = "--batches", defaultValue = "3", description = "Of calibration.")
  private int batches;

  @Option(names = "--tokens", defaultValue = "128", description = "Of each batch.")
  private int tokens;

  @Option(names = "--steps", defaultValue = "2", description = "Of each training.")
  private int steps;

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--work",
      paramLabel = "DIR",
      description = "Where teachers and libraries are written; they are removed afterwards.")
  private Optional<Path> work = Optional.empty();

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = "--measure",
      hidden = true,
      description = "Only measure; used in each process.")
  private Optional<Path> measured = Optional.empty();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    requireSense();
    if (measured.isPresent()) {
      Path folder = measured.get();
      return Answer.success(
          benchmark(layers.getFirst()).measure(folder.resolve("teacher"), folder.resolve("work")),
          "");
    }
    List<MemoryBenchmark.Measurement> measurements = new ArrayList<>();
    try (ProgressTask task = progress.start("bench memory", layers.size())) {
      for (int depth : layers) {
        task.note(depth + " layers");
        measurements.add(measure(depth));
        task.step(1);
      }
    }
    double first = measurements.getFirst().scoreAnonymousBytes();
    ObjectNode json = Json.mapper().createObjectNode();
    json.set("measurements", Json.mapper().valueToTree(measurements));
    json.put("growth", measurements.getLast().scoreAnonymousBytes() / first - 1);
    return Answer.success(json, text(measurements, json));
  }

  private void requireSense() throws CliException {
    for (int depth : layers) {
      Require.positive("--layers", depth);
    }
    Require.positive("--heads", heads);
    Require.positive("--kv-heads", kvHeads);
    Require.positive("--vocabulary", vocabulary);
    Require.positive("--steps", steps);
    if (batches < 2 || tokens < 8 || intermediate < 2 || hidden < 2 * heads) {
      throw new CliException.UserMistake(
          "at least 2 --batches of 8 --tokens, 2 --intermediate channels and 2 --hidden per head");
    }
    if (hidden % (2 * heads) != 0 || heads % kvHeads != 0) {
      throw new CliException.UserMistake(
          "--hidden %d, --heads %d, --kv-heads %d: heads must divide, and be of even width"
              .formatted(hidden, heads, kvHeads));
    }
  }

  private MemoryBenchmark benchmark(int depth) {
    return new MemoryBenchmark(
        new MemoryBenchmark.Settings(
            hidden, intermediate, heads, kvHeads, vocabulary, depth, batches, tokens, steps));
  }

  private MemoryBenchmark.Measurement measure(int depth) throws IOException {
    Path folder =
        work.isPresent()
            ? Files.createTempDirectory(Files.createDirectories(work.get()), "memory-")
            : Files.createTempDirectory("puzzle4j-memory-");
    try {
      benchmark(depth).prepare(folder.resolve("teacher"));
      Files.createDirectories(folder.resolve("work"));
      return inOwnProcess(depth, folder);
    } finally {
      delete(folder);
    }
  }

  private MemoryBenchmark.Measurement inOwnProcess(int depth, Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of("bench", "memory", "--json", "--measure", folder.toString()));
    option(command, "--layers", depth);
    option(command, "--hidden", hidden);
    option(command, "--intermediate", intermediate);
    option(command, "--heads", heads);
    option(command, "--kv-heads", kvHeads);
    option(command, "--vocabulary", vocabulary);
    option(command, "--batches", batches);
    option(command, "--tokens", tokens);
    option(command, "--steps", steps);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("the measurement of %d layers failed".formatted(depth));
      }
      return Json.mapper().readValue(answer, MemoryBenchmark.Measurement.class);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", stopped);
    }
  }

  private static void option(List<String> command, String name, int value) {
    command.add(name);
    command.add(Integer.toString(value));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String text(List<MemoryBenchmark.Measurement> measurements, ObjectNode json) {
    TextTable table =
        new TextTable(
            "layers|distill MiB|bound|score MiB|bound|measure MiB|bound|repair MiB|bound|mapped MiB|seconds");
    for (MemoryBenchmark.Measurement one : measurements) {
      table.row(
          one.layers(),
          one.distillAnonymousBytes() >> 20,
          one.bounds().distill() >> 20,
          one.scoreAnonymousBytes() >> 20,
          one.bounds().score() >> 20,
          one.measureAnonymousBytes() >> 20,
          one.bounds().measure() >> 20,
          one.anonymousBytes() >> 20,
          one.bounds().repair() >> 20,
          one.fileBytes() >> 20,
          Math.round(one.distillSeconds() + one.scoreSeconds()));
    }
    return table
        + Template.fill(json, "\ngrowth of anonymous memory up to scoring: {growth*100:%.1f} %");
  }
}
