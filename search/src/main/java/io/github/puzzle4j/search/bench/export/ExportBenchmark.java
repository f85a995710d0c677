package io.github.puzzle4j.search.bench.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.search.bench.memory.ResidentMemory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Exports a model, alternating with {@code cp} of the files that were written and {@code sync} of
 * the copies: an export, too, is on the disk when it ends.
 *
 * @param exporter the format
 * @param folder for what is written, which is deleted; on the disk that is measured
 */
public record ExportBenchmark(CheckpointExporter exporter, Path folder) {

  /**
   * What was measured; medians.
   *
   * @param bytes of all files
   * @param exportSeconds of an export
   * @param copySeconds of {@code cp} and {@code sync}
   * @param largestTensorBytes as it is read
   * @param peakBytes anonymous memory beyond that before the first export
   */
  public record Result(
      long bytes,
      double exportSeconds,
      double copySeconds,
      long largestTensorBytes,
      long peakBytes) {}

  /**
   * Measures.
   *
   * @param repetitions that are counted; one more comes first
   * @throws InvalidInputException if the format cannot hold the model, or there is no {@code cp}
   */
  public Result run(ModelFolder model, int repetitions, Runnable turn) throws IOException {
    ChildModel child = child(model);
    List<Double> exported = new ArrayList<>();
    List<Double> copied = new ArrayList<>();
    long bytes = 0;
    long before;
    long peak;
    Path out = folder.resolve("out");
    Path copy = Files.createDirectories(folder.resolve("copy"));
    System.gc();
    try (ResidentMemory memory = ResidentMemory.watching()) {
      before = memory.peakAnonymousBytes();
      for (int i = 0; i <= repetitions; i++) {
        long start = System.nanoTime();
        ExportSummary summary = exporter.export(child, out);
        exported.add(Clock.secondsSince(start));
        bytes = summary.bytes();
        start = System.nanoTime();
        copy(summary.files(), copy);
        copied.add(Clock.secondsSince(start));
        turn.run();
      }
      peak = memory.peakAnonymousBytes();
    }
    return new Result(
        bytes,
        Clock.median(exported.subList(1, exported.size())),
        Clock.median(copied.subList(1, copied.size())),
        largest(model.weights()),
        peak - before);
  }

  /** Activations are not looked at: that numbers are stored for them takes the same time. */
  private static ChildModel child(ModelFolder model) throws IOException {
    Map<String, Float> inputs = new HashMap<>();
    model.model().tensors().keySet().forEach(name -> inputs.put(name, 1f));
    return new ChildModel(model.model(), model.weights(), model.companionFolder(), inputs);
  }

  private static long largest(TensorSource tensors) throws IOException {
    long largest = 0;
    for (String name : tensors.names()) {
      largest = Math.max(largest, tensors.spec(name).bytes());
    }
    return largest;
  }

  private static void copy(List<Path> files, Path to) throws IOException {
    List<String> copy = new ArrayList<>(List.of("cp"));
    List<String> sync = new ArrayList<>(List.of("sync"));
    for (Path file : files) {
      copy.add(file.toString());
      sync.add(to.resolve(file.getFileName()).toString());
    }
    copy.add(to.toString());
    run(copy);
    run(sync);
  }

  private static void run(List<String> command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      throw new InvalidInputException(
          "%s cannot be started, so there is nothing to compare with: %s"
              .formatted(command.getFirst(), missing.getMessage()),
          missing);
    }
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("%s failed: %s".formatted(command.getFirst(), said.strip()));
      }
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while %s ran".formatted(command.getFirst()));
    }
  }
}
