package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.table.KernelTable;
import io.github.puzzle4j.scoring.cost.table.MeasuredCall;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Fits a profile to measured tables.
 *
 * @param target the base with fitted formulas; the rest is transferred from it
 * @param operations fitted operations with held-out errors
 * @param skipped number of rows that were not fitted, by reason
 */
public record TargetFit(
    GpuTarget target, List<Operation> operations, Map<String, Integer> skipped) {

  /** Errors of an operation in a number format, both as named in the table. */
  public record Operation(String operation, String dtype, RelativeErrors heldOut) {}

  /**
   * The measured GPU.
   *
   * @param title name for users
   * @param architecture for example {@code hopper}
   * @param datasheet data from the maker
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Gpu(String title, String architecture, Datasheet datasheet) {

    /** The GPU of a target. */
    public static Gpu of(GpuTarget target) {
      return new Gpu(target.title(), target.architecture(), target.datasheet());
    }
  }

  /**
   * Parameters of a fit.
   *
   * @param base source of everything that is not measured
   * @param gpu the measured GPU
   * @param name of the resulting target
   * @param backend engine whose kernels were measured
   * @param version of that engine
   * @param folds number of folds of the cross-validation
   */
  public record Request(
      GpuTarget base, Gpu gpu, String name, String backend, String version, int folds) {}

  /**
   * Fits every formula for which the table has enough rows. With an empty table everything is
   * transferred.
   *
   * @param slots the formulas
   * @param progress called with the name of each finished operation
   * @throws InvalidInputException if the table is not empty but has too few rows for every
   *     operation
   */
  public static TargetFit of(
      Request request, KernelTable table, List<FormulaSlot<?>> slots, Consumer<String> progress)
      throws InvalidInputException {
    Map<String, Integer> skipped = new TreeMap<>(table.skipped());
    IdentityHashMap<FormulaSlot<?>, List<MeasuredCall>> rows =
        bySlot(request, table, slots, skipped);
    List<SlotFit> fits = new ArrayList<>();
    for (FormulaSlot<?> slot : slots) {
      List<MeasuredCall> own = rows.getOrDefault(slot, List.of());
      if (!own.isEmpty()) {
        Optional<SlotFit> fit = SlotFit.of(request.gpu().datasheet(), slot, own, request.folds());
        fit.ifPresent(fits::add);
        if (fit.isEmpty()) {
          String reason =
              "too few rows or shapes of %s %s to fit".formatted(slot.section(), slot.key());
          skipped.merge(reason, own.size(), Integer::sum);
        }
        progress.accept(slot.section() + " " + slot.key());
      }
    }
    if (fits.isEmpty() && !(table.calls().isEmpty() && skipped.isEmpty())) {
      throw new InvalidInputException("the tables have too few rows to fit anything: " + skipped);
    }
    List<Operation> operations =
        fits.stream().map(it -> new Operation(it.operation(), it.dtype(), it.heldOut())).toList();
    return new TargetFit(FittedTarget.of(request, fits), operations, skipped);
  }

  private static IdentityHashMap<FormulaSlot<?>, List<MeasuredCall>> bySlot(
      Request request,
      KernelTable table,
      List<FormulaSlot<?>> slots,
      Map<String, Integer> skipped) {
    boolean linked = request.gpu().datasheet().interconnectBytesPerSecond() > 0;
    IdentityHashMap<FormulaSlot<?>, List<MeasuredCall>> rows = new IdentityHashMap<>();
    for (MeasuredCall row : table.calls()) {
      if (row.call() instanceof KernelCall.AllReduce && !linked) {
        skipped.merge(
            "the datasheet states no interconnect, which %s needs".formatted(row.operation()),
            1,
            Integer::sum);
        continue;
      }
      Optional<FormulaSlot<?>> slot =
          slots.stream().filter(candidate -> candidate.isFor(row.call())).findFirst();
      if (slot.isPresent()) {
        rows.computeIfAbsent(slot.get(), key -> new ArrayList<>()).add(row);
      } else {
        skipped.merge(
            "no formula for %s %s".formatted(row.operation(), row.dtype()), 1, Integer::sum);
      }
    }
    return rows;
  }
}
