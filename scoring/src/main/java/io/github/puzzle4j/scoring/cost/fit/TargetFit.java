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
 * @param target the base with what was fitted, and the rest transferred from it
 * @param operations what was fitted, with errors on rows that were held out
 * @param skipped rows that were not fitted, by the reason
 */
public record TargetFit(
    GpuTarget target, List<Operation> operations, Map<String, Integer> skipped) {

  /** Errors of one operation in one number format, both as the table names them. */
  public record Operation(String operation, String dtype, RelativeErrors heldOut) {}

  /**
   * The GPU that was measured.
   *
   * @param title name for people
   * @param architecture such as {@code hopper}
   * @param datasheet what the maker states
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Gpu(String title, String architecture, Datasheet datasheet) {

    /** The GPU of a target. */
    public static Gpu of(GpuTarget target) {
      return new Gpu(target.title(), target.architecture(), target.datasheet());
    }
  }

  /**
   * What to fit.
   *
   * @param base gives what no row was measured of
   * @param gpu that was measured
   * @param name of the target that comes out
   * @param backend engine whose kernels were measured
   * @param version of that engine
   * @param folds parts of the shapes that are held out in turn
   */
  public record Request(
      GpuTarget base, Gpu gpu, String name, String backend, String version, int folds) {}

  /**
   * Fits every formula of which the table has enough rows. A table without any row gives a target
   * of which all is transferred.
   *
   * @param slots the formulas
   * @param progress is told of each operation that is done
   * @throws InvalidInputException if the table has not enough rows of any operation
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
        Optional<SlotFit> fit = fit(request, slot, own);
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

  private static <C extends KernelCall> Optional<SlotFit> fit(
      Request request, FormulaSlot<C> slot, List<MeasuredCall> rows) {
    return SlotFit.of(request.gpu().datasheet(), slot, rows, request.folds());
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
