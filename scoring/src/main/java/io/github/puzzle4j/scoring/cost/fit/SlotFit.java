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
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    Measurements<C> all = measurements(slot, rows);
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

  private static <C extends KernelCall> Measurements<C> measurements(
      FormulaSlot<C> slot, List<MeasuredCall> rows) {
    List<C> calls = new ArrayList<>(rows.size());
    double[] logs = new double[rows.size()];
    for (MeasuredCall row : rows) {
      logs[calls.size()] = Math.log(row.seconds());
      calls.add(slot.kind().cast(row.call()));
    }
    return new Measurements<>(calls, logs);
  }

  private static <C extends KernelCall> double[] heldOut(
      Datasheet gpu, FormulaSlot<C> slot, RobustFit<C> fit, Measurements<C> all, int folds) {
    int[] foldOf =
        IntStream.range(0, all.size()).map(row -> Folds.of(all.call(row), folds)).toArray();
    List<Double> errors = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      int held = fold;
      Measurements<C> test = all.where(row -> foldOf[row] == held);
      Measurements<C> training = all.where(row -> foldOf[row] != held);
      if (test.size() == 0 || training.size() == 0) {
        continue;
      }
      KernelFormula<C> formula =
          slot.family()
              .formula()
              .apply(fit.coefficients(training), new Provenance.Assumed("being fitted", 1));
      for (int row = 0; row < test.size(); row++) {
        double predicted = formula.secondsAlone(gpu, test.call(row));
        errors.add(RelativeErrors.of(predicted, Math.exp(test.logSeconds(row))));
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
