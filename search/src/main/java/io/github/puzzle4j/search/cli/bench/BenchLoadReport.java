package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.search.bench.Machine;
import io.github.puzzle4j.search.bench.load.LoadTimes;
import java.util.Locale;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What {@code puzzle4j bench load --json} prints. A gigabyte is 10^9 bytes; rates are those of the
 * median turn.
 *
 * @param gigabytes of tensors
 * @param files that hold them
 * @param gigabytesPerSecond opened, every byte read through the mapped views, closed
 * @param catGigabytesPerSecond of {@code cat} on the same files
 * @param ratio of the two
 * @param floatsGigabytesPerSecond stored bytes whose numbers are turned into floats
 * @param threads that read; {@code cat} has one
 * @param repetitions turns that count
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record BenchLoadReport(
    double gigabytes,
    int files,
    double gigabytesPerSecond,
    double catGigabytesPerSecond,
    double ratio,
    double floatsGigabytesPerSecond,
    int threads,
    int repetitions,
    Machine machine) {

  static BenchLoadReport of(LoadTimes times, int threads) {
    return new BenchLoadReport(
        times.tensorBytes() / 1e9,
        times.files(),
        times.gigabytesPerSecond(),
        times.catGigabytesPerSecond(),
        times.gigabytesPerSecond() / times.catGigabytesPerSecond(),
        times.floatsGigabytesPerSecond(),
        threads,
        times.readSeconds().size(),
        Machine.here());
  }

  String text() {
    return String.format(
        Locale.ROOT,
        """
        %.3f GB of tensors in %d file(s), %d repetitions, medians, warm cache
        read every byte    %8.2f GB/s with %d thread(s)
        cat > /dev/null    %8.2f GB/s
        ratio              %8.2f
        turn into floats   %8.2f GB/s of what is stored\
        """,
        gigabytes,
        files,
        repetitions,
        gigabytesPerSecond,
        threads,
        catGigabytesPerSecond,
        ratio,
        floatsGigabytesPerSecond);
  }
}
