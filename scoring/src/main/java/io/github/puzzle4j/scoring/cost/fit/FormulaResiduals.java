package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.ValueAndJacobianFunction;
import org.hipparchus.util.Pair;

/**
 * Deviation of a formula from measurements, as a function of its coefficients in unbounded form.
 *
 * @param <C> the kind of call
 */
final class FormulaResiduals<C extends KernelCall> implements ValueAndJacobianFunction {

  private static final double STEP = 1e-6;
  private static final int CHUNK = 512;
  private static final Provenance OPEN = new Provenance.Assumed("being fitted", 1);

  private final Datasheet gpu;
  private final FormulaFamily<C> family;
  private final List<BoundedScale> scales;
  private final List<Measurement<C>> measurements;
  private double leastLoss = Double.POSITIVE_INFINITY;
  private double[] best;

  FormulaResiduals(
      Datasheet gpu,
      FormulaFamily<C> family,
      List<BoundedScale> scales,
      List<Measurement<C>> measurements,
      double[] start) {
    this.gpu = gpu;
    this.family = family;
    this.scales = scales;
    this.measurements = measurements;
    this.best = start.clone();
  }

  @Override
  public Pair<RealVector, RealMatrix> value(RealVector point) {
    double[] free = point.toArray();
    return new Pair<>(computeValue(free), computeJacobian(free));
  }

  @Override
  public RealVector computeValue(double[] free) {
    double[] residuals = errors(free);
    double loss = 0;
    for (int row = 0; row < residuals.length; row++) {
      residuals[row] = SoftL1.residual(residuals[row]);
      loss += residuals[row] * residuals[row];
    }
    if (loss < leastLoss) {
      leastLoss = loss;
      best = free.clone();
    }
    return new ArrayRealVector(residuals, false);
  }

  @Override
  public RealMatrix computeJacobian(double[] free) {
    double[] here = errors(free);
    double[][] jacobian = new double[measurements.size()][free.length];
    for (int column = 0; column < free.length; column++) {
      double[] moved = free.clone();
      moved[column] += STEP;
      double[] there = errors(moved);
      for (int row = 0; row < here.length; row++) {
        jacobian[row][column] = SoftL1.slope(here[row]) * (there[row] - here[row]) / STEP;
      }
    }
    return new Array2DRowRealMatrix(jacobian, false);
  }

  /** The point with the smallest loss so far; the start if none was evaluated. */
  double[] best() {
    return best.clone();
  }

  /** Mean over the rows. */
  double leastLoss() {
    return leastLoss / measurements.size();
  }

  /** Logarithms of predicted over measured seconds. */
  private double[] errors(double[] free) {
    List<Double> coefficients = new ArrayList<>(free.length);
    for (int index = 0; index < free.length; index++) {
      coefficients.add(scales.get(index).toBounded(free[index]));
    }
    KernelFormula<C> formula = family.formula().apply(coefficients, OPEN);
    double[] errors = new double[measurements.size()];
    IntStream.range(0, Math.ceilDiv(errors.length, CHUNK))
        .parallel()
        .forEach(chunk -> {
          int end = Math.min(errors.length, (chunk + 1) * CHUNK);
          for (int row = chunk * CHUNK; row < end; row++) {
            errors[row] = error(formula, row, coefficients);
          }
        });
    return errors;
  }

  private double error(KernelFormula<C> formula, int row, List<Double> coefficients) {
    Measurement<C> measured = measurements.get(row);
    double error = Math.log(formula.secondsAlone(gpu, measured.call())) - measured.logSeconds();
    if (!Double.isFinite(error)) {
      throw new IllegalStateException(
          "no finite time of %s with coefficients %s".formatted(measured.call(), coefficients));
    }
    return error;
  }
}
