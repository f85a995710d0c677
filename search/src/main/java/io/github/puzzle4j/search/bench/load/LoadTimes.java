package io.github.puzzle4j.search.bench.load;

import io.github.puzzle4j.search.bench.Clock;
import java.util.List;

/**
 * Results of a {@link LoadBenchmark}; one number per turn.
 *
 * @param files that hold the tensors
 * @param tensorBytes of all tensors
 * @param fileBytes of the files, their headers included
 * @param readSeconds to open, read every byte, close
 * @param catSeconds of {@code cat} on the same files
 * @param floatSeconds to open, convert every number to a float, close
 */
public record LoadTimes(
    int files,
    long tensorBytes,
    long fileBytes,
    List<Double> readSeconds,
    List<Double> catSeconds,
    List<Double> floatSeconds) {

  public LoadTimes {
    readSeconds = List.copyOf(readSeconds);
    catSeconds = List.copyOf(catSeconds);
    floatSeconds = List.copyOf(floatSeconds);
    if (readSeconds.isEmpty() || catSeconds.isEmpty() || floatSeconds.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  /** 10^9 bytes of tensors per second, by the median of the turns. */
  public double gigabytesPerSecond() {
    return tensorBytes / Clock.median(readSeconds) / 1e9;
  }

  /** 10^9 bytes of files per second that {@code cat} reads, by the median of the turns. */
  public double catGigabytesPerSecond() {
    return fileBytes / Clock.median(catSeconds) / 1e9;
  }

  /** 10^9 stored bytes per second that are converted to floats, by the median of the turns. */
  public double floatsGigabytesPerSecond() {
    return tensorBytes / Clock.median(floatSeconds) / 1e9;
  }
}
