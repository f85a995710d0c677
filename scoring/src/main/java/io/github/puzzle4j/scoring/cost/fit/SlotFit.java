package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.table.MeasuredCall;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A formula fitted to all its rows, with cross-validated errors.
 *
 * @param section key in the profile
 * @param key key in the section
 * @param operation name in the table
 * @param dtype name in the table
 * @param heldOut errors of predictions by fits without the row's shape
 * @param formula with the coefficients fitted to all rows
 */
record SlotFit(
    String section,
    String key,
    String operation,
    String dtype,
    RelativeErrors heldOut,
    KernelFormula<?> formula) {

  private static final MathContext DIGITS = new MathContext(6);
  private static final double MIN_ERROR = 1e-9;

  /** Minimum number of rows per coefficient, against overfitting. */
  private static final int ROWS_PER_COEFFICIENT = 3;

  /** Empty if there are too few rows, or too few shapes to hold any out. */
  static <C extends KernelCall> Optional<SlotFit> of(
      Datasheet gpu, FormulaSlot<C> slot, List<MeasuredCall> rows, int folds) {
    if (rows.size() < ROWS_PER_COEFFICIENT * slot.family().coefficients().size()) {
      return Optional.empty();
    }
    List<Measurement<C>> all =
        rows.stream()
            .map(row -> new Measurement<>(slot.kind().cast(row.call()), Math.log(row.seconds())))
            .toList();
    RobustFit<C> fit = new RobustFit<>(gpu, slot.family());
    double[] errors = heldOut(gpu, slot, fit, all, folds);
    if (errors.length == 0) {
      return Optional.empty();
    }
    RelativeErrors heldOut = RelativeErrors.of(errors);
    Provenance provenance =
        new Provenance.Fitted(
            files(rows),
            "%s; whole shapes held out in %d folds".formatted(RobustFit.METHOD, folds),
            rows.size(),
            heldOut.rows(),
            Math.max(MIN_ERROR, rounded(heldOut.median())),
            Math.max(MIN_ERROR, rounded(heldOut.mape())),
            Math.max(MIN_ERROR, rounded(heldOut.p90())));
    KernelFormula<C> formula =
        slot.family()
            .formula()
            .apply(fit.coefficients(all).stream().map(SlotFit::rounded).toList(), provenance);
    MeasuredCall first = rows.getFirst();
    return Optional.of(
        new SlotFit(
            slot.section(), slot.key(), first.operation(), first.dtype(), heldOut, formula));
  }

  private static <C extends KernelCall> double[] heldOut(
      Datasheet gpu, FormulaSlot<C> slot, RobustFit<C> fit, List<Measurement<C>> all, int folds) {
    List<Double> errors = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      int held = fold;
      Map<Boolean, List<Measurement<C>>> isHeld =
          all.stream()
              .collect(Collectors.partitioningBy(row -> Folds.of(row.call(), folds) == held));
      List<Measurement<C>> test = isHeld.getOrDefault(true, List.of());
      List<Measurement<C>> training = isHeld.getOrDefault(false, List.of());
      if (test.isEmpty() || training.isEmpty()) {
        continue;
      }
      KernelFormula<C> formula =
          slot.family()
              .formula()
              .apply(fit.coefficients(training), new Provenance.Assumed("being fitted", 1));
      for (Measurement<C> row : test) {
        double predicted = formula.secondsAlone(gpu, row.call());
        errors.add(RelativeErrors.of(predicted, Math.exp(row.logSeconds())));
      }
    }
    return errors.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** File names without folders, which are private to the user. */
  private static String files(List<MeasuredCall> rows) {
    return rows.stream()
        .map(MeasuredCall::file)
        .distinct()
        .map(file -> file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
