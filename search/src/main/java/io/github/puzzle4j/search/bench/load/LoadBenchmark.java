package io.github.puzzle4j.search.bench.load;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.search.bench.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a checkpoint, alternating with {@code cat FILE > /dev/null} on the same files.
 *
 * <p>Reading includes opening and checking the checkpoint, reading every byte of every tensor
 * through the mapped view of {@link Checkpoint}, and closing. The first turn of each is not
 * counted: it fills the system's cache and compiles the code.
 */
public final class LoadBenchmark {

  private final Path folder;
  private final int threads;
  private final List<Path> files;
  private final long tensorBytes;
  private final long fileBytes;

  private LoadBenchmark(
      Path folder, int threads, List<Path> files, long tensorBytes, long fileBytes) {
    this.folder = folder;
    this.threads = threads;
    this.files = files;
    this.tensorBytes = tensorBytes;
    this.fileBytes = fileBytes;
  }

  /**
   * Prepares a measurement.
   *
   * @param threads that read tensors
   * @throws InvalidInputException if the checkpoint cannot be opened
   */
  public static LoadBenchmark of(Path folder, int threads) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      long tensorBytes =
          checkpoint.storedBytes().values().stream().mapToLong(Long::longValue).sum();
      long fileBytes = 0;
      for (Path file : checkpoint.files()) {
        fileBytes += Files.size(file);
      }
      return new LoadBenchmark(folder, threads, checkpoint.files(), tensorBytes, fileBytes);
    }
  }

  /** A part of a turn. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /**
   * Measures.
   *
   * @param repetitions turns that are counted
   * @param turn called after every turn, including the one that is not counted
   * @throws InvalidInputException if there is no {@code cat}
   */
  public LoadTimes run(int repetitions, Consumer<Integer> turn) throws IOException {
    List<Double> read = new ArrayList<>();
    List<Double> cat = new ArrayList<>();
    List<Double> floats = new ArrayList<>();
    for (int i = 0; i <= repetitions; i++) {
      // Alternates which one is first.
      if (i % 2 == 0) {
        cat.add(seconds(this::cat));
        read.add(seconds(this::read));
      } else {
        read.add(seconds(this::read));
        cat.add(seconds(this::cat));
      }
      floats.add(seconds(this::floats));
      turn.accept(i);
    }
    return new LoadTimes(
        files.size(), tensorBytes, fileBytes, counted(read), counted(cat), counted(floats));
  }

  private static List<Double> counted(List<Double> seconds) {
    return List.copyOf(seconds.subList(1, seconds.size()));
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return Clock.secondsSince(start);
  }

  private void read() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      long _ = TensorSweep.bytes(checkpoint.stored(), threads);
    }
  }

  private void floats() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      long _ = TensorSweep.floats(checkpoint.stored(), threads);
    }
  }

  private void cat() throws IOException {
    List<String> command = new ArrayList<>(List.of("cat"));
    files.forEach(file -> command.add(file.toAbsolutePath().toString()));
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException missing) {
      throw new InvalidInputException(
          "cat cannot be started, so there is nothing to compare with: %s"
              .formatted(missing.getMessage()),
          missing);
    }
    try {
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new IOException("cat ended with exit code %d".formatted(exitCode));
      }
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while cat was running");
    }
  }
}
