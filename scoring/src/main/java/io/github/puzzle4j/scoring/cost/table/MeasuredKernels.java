package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measured kernel times. Between two measured sizes of the same shape (rows of a product, requests
 * and contexts of attention, bytes of an all-reduce, tokens of experts), times are interpolated
 * log-log; there is no extrapolation.
 */
public final class MeasuredKernels implements KernelTimes {

  /** Typical difference between two runs of a kernel; tables have one number per call. */
  private static final double P90 = 0.03;

  private final Map<Object, TimeGrid> grids;
  private final Provenance provenance;

  private MeasuredKernels(Map<Object, TimeGrid> grids, Provenance provenance) {
    this.grids = grids;
    this.provenance = provenance;
  }

  /**
   * Reads kernel tables as {@link KernelTable} does, and Vidur's {@code mlp.csv} and {@code
   * attention.csv}.
   *
   * @throws InvalidInputException if a file is not such a table, or has an implausible cell
   */
  public static MeasuredKernels read(List<Path> files) throws IOException {
    return of(KernelTable.read(files));
  }

  /** The times of a table. */
  public static MeasuredKernels of(KernelTable table) {
    Map<Object, TimeGrid> grids = new LinkedHashMap<>();
    for (MeasuredCall measured : table.calls()) {
      CallPoint point = CallPoint.of(measured.call());
      grids.computeIfAbsent(point.shape(), shape -> new TimeGrid()).add(point, measured.seconds());
    }
    List<String> files = table.calls().stream().map(MeasuredCall::file).distinct().toList();
    return new MeasuredKernels(grids, new Provenance.Measured(String.join(", ", files), P90));
  }

  @Override
  public Optional<Estimate> of(KernelCall call) {
    CallPoint point = CallPoint.of(call);
    TimeGrid grid = grids.get(point.shape());
    return grid == null
        ? Optional.empty()
        : grid.seconds(point).map(seconds -> Estimate.of(seconds, provenance));
  }

  /** The files, for reports. */
  public Provenance provenance() {
    return provenance;
  }
}
