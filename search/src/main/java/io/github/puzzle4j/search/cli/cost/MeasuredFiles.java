package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.Measurements;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.table.MeasuredKernels;
import io.github.puzzle4j.scoring.cost.table.PuzzletronSubblocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files with measurements that replace predictions: kernel tables, or Puzzletron's statistics. */
final class MeasuredFiles {

  private MeasuredFiles() {}

  /** Reads them; if two have the same shape, the first one is used. */
  static Measurements read(List<Path> files) throws IOException {
    Measurements measured = Measurements.NONE;
    for (Path file : files) {
      measured = measured.and(read(file));
    }
    return measured;
  }

  private static Measurements read(Path file) throws IOException {
    List<String> source = List.of(file.toString());
    if (file.toString().endsWith(".json")) {
      KernelTimes none = call -> Optional.empty();
      return new Measurements(none, PuzzletronSubblocks.read(file), source);
    }
    return new Measurements(
        MeasuredKernels.read(List.of(file)), (shape, work) -> Optional.empty(), source);
  }
}
