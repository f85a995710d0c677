package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;

/**
 * Fits the coefficients of a formula to measurements: Levenberg-Marquardt on the soft-L1 loss of
 * the logarithm of predicted over measured time. It runs several starts on a subset of the rows and
 * continues from the best with all rows. Deterministic.
 *
 * @param <C> the kind of call
 */
final class RobustFit<C extends KernelCall> {

  /** Description for the provenance of coefficients. */
  static final String METHOD = "Levenberg-Marquardt, soft-L1 of the log error, scale 0.1";

  private static final int STARTS = 4;
  private static final double SPREAD = 1.5;
  private static final int ROUGH_ROWS = 1500;
  private static final int ROUGH_ITERATIONS = 80;
  private static final int FINE_ITERATIONS = 40;
  private static final double TOLERANCE = 1e-8;
  private static final long SEED = 1;

  private final Datasheet gpu;
  private final FormulaFamily<C> family;
  private final List<BoundedScale> scales;

  RobustFit(Datasheet gpu, FormulaFamily<C> family) {
    this.gpu = gpu;
    this.family = family;
    scales = family.coefficients().stream().map(BoundedScale::new).toList();
  }

  /** The coefficients, in the order of the family. */
  List<Double> coefficients(List<Measurement<C>> all) {
    List<Measurement<C>> part = part(all);
    Random random = new Random(SEED);
    double[] best = new double[0];
    double leastLoss = Double.POSITIVE_INFINITY;
    for (int start = 0; start < STARTS; start++) {
      FormulaResiduals<C> found =
          search(part, start(start == 0 ? 0 : SPREAD, random), ROUGH_ITERATIONS);
      if (found.leastLoss() < leastLoss) {
        leastLoss = found.leastLoss();
        best = found.best();
      }
    }
    if (part.size() < all.size()) {
      best = search(all, best, FINE_ITERATIONS).best();
    }
    List<Double> coefficients = new ArrayList<>();
    for (int index = 0; index < best.length; index++) {
      coefficients.add(scales.get(index).toBounded(best[index]));
    }
    return coefficients;
  }

  private double[] start(double spread, Random random) {
    double[] free = new double[scales.size()];
    for (int index = 0; index < free.length; index++) {
      double given = scales.get(index).toFree(family.coefficients().get(index).start());
      free[index] = given + (spread == 0 ? 0 : spread * random.nextGaussian());
    }
    return free;
  }

  /** A pseudo-random subset that is independent of patterns in the order of the table. */
  private List<Measurement<C>> part(List<Measurement<C>> all) {
    if (all.size() <= ROUGH_ROWS) {
      return all;
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    BitSet chosen = new BitSet();
    order.subList(0, ROUGH_ROWS).forEach(chosen::set);
    return chosen.stream().mapToObj(all::get).toList();
  }

  private FormulaResiduals<C> search(List<Measurement<C>> rows, double[] start, int iterations) {
    FormulaResiduals<C> residuals = new FormulaResiduals<>(gpu, family, scales, rows, start);
    RealVector target = new ArrayRealVector(rows.size());
    try {
      new LevenbergMarquardtOptimizer()
          .withCostRelativeTolerance(TOLERANCE)
          .withParameterRelativeTolerance(TOLERANCE)
          .withOrthoTolerance(TOLERANCE)
          .optimize(
              new LeastSquaresBuilder()
                  .model(residuals)
                  .lazyEvaluation(true)
                  .start(start)
                  .target(target)
                  .maxIterations(iterations)
                  .maxEvaluations(4 * iterations)
                  .build());
    } catch (MathRuntimeException outOfSteps) {
      // The best point so far is used; held-out errors show its quality.
    }
    return residuals;
  }
}
