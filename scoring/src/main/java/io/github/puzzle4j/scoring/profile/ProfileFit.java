package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.ElementwiseCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.LinearCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.EngineCoefficients;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds the coefficients with which the cost model comes closest to what was observed.
 *
 * <p>The cost model is linear in launches and in the inverses of rates. How much of each a piece of
 * work has in it is found by pricing it with one of them alone, so that the fit counts exactly what
 * the cost model counts.
 */
final class ProfileFit {

  /** The unknowns. */
  private enum Part {
    /** Of every kernel: what is paid is the call and the waiting of threads for each other. */
    LAUNCH,
    GEMM_TRAFFIC,
    GEMM_ARITHMETIC,
    DECODE_TRAFFIC,
    PREFILL_ARITHMETIC,
    STEP,
    REQUEST
  }

  /** What stands for an infinite rate, and for no time. */
  private static final double NOTHING = 1e-12;

  private static final String BACKEND = "measured";

  private final Datasheet machine;
  private final ProfiledEngine engine;
  private final List<Observation> observations;
  private final List<double[]> shares = new ArrayList<>();
  private final List<Double> wanted = new ArrayList<>();

  private ProfileFit(Datasheet machine, ProfiledEngine engine, List<Observation> observations)
      throws InvalidInputException {
    this.machine = machine;
    this.engine = engine;
    this.observations = observations;
    for (Observation observation : observations) {
      double rest = predicted(observation.work(), new double[Part.values().length]);
      double[] row = new double[Part.values().length];
      for (Part part : Part.values()) {
        double[] alone = new double[row.length];
        alone[part.ordinal()] = 1;
        row[part.ordinal()] = (predicted(observation.work(), alone) - rest) / observation.seconds();
      }
      shares.add(row);
      wanted.add(1 - rest / observation.seconds());
    }
  }

  /** The profile of an engine that was observed. */
  static BackendProfile of(Datasheet machine, ProfiledEngine engine, List<Observation> observations)
      throws InvalidInputException {
    ProfileFit fit = new ProfileFit(machine, engine, observations);
    double[] found = LeastSquares.solve(fit.shares, fit.wanted);
    return fit.profile(found, fit.provenance());
  }

  private Provenance provenance() {
    double[] errors = leftOutErrors();
    double[] spreads = observations.stream().mapToDouble(Observation::spread).sorted().toArray();
    int repetitions = observations.stream().mapToInt(Observation::repetitions).min().orElse(0);
    return new Provenance.Measured(
        "%d pieces of work by %s, each the lower quartile of %d times or more (P90 of their spread %.1f %%), each predicted from the others"
            .formatted(
                observations.size(),
                engine.method(),
                repetitions,
                100 * Observation.quantile(spreads, 0.9)),
        Observation.quantile(errors, 0.9));
  }

  /** Relative errors of each observation, predicted from all the others; sorted. */
  private double[] leftOutErrors() {
    double[] errors = new double[observations.size()];
    for (int left = 0; left < errors.length; left++) {
      List<double[]> rows = new ArrayList<>(shares);
      List<Double> right = new ArrayList<>(wanted);
      double[] row = rows.remove(left);
      double want = right.remove(left);
      double[] found = LeastSquares.solve(rows, right);
      double got = 0;
      for (int part = 0; part < row.length; part++) {
        got += row[part] * found[part];
      }
      errors[left] = Math.abs(got - want);
    }
    Arrays.sort(errors);
    return errors;
  }

  private double predicted(Work work, double[] parts) throws InvalidInputException {
    GpuTarget target =
        new GpuTarget(
            GpuTarget.SCHEMA,
            BACKEND,
            BACKEND,
            BACKEND,
            machine,
            Map.of(BACKEND, profile(parts, new Provenance.Measured("", 0))));
    return work.predictedSeconds(target, BACKEND);
  }

  private BackendProfile profile(double[] parts, Provenance provenance) {
    LinearCoefficients gemm =
        linear(parts, Part.GEMM_ARITHMETIC, Part.GEMM_TRAFFIC, Part.LAUNCH, provenance);
    // A pass over cached tokens is bound by reading them; the arithmetic is in the same number.
    LinearCoefficients decode =
        new LinearCoefficients(
            1 / NOTHING, 1 / of(parts, Part.DECODE_TRAFFIC), of(parts, Part.LAUNCH), provenance);
    LinearCoefficients prefill =
        new LinearCoefficients(
            1 / of(parts, Part.PREFILL_ARITHMETIC),
            1 / NOTHING,
            of(parts, Part.LAUNCH),
            provenance);
    return new BackendProfile(
        engine.version(),
        engine.maxBatchedTokens(),
        engine.maxSequences(),
        Map.of(MatrixType.BF16, gemm),
        Map.of(NumberFormat.BF16, decode),
        Map.of(NumberFormat.BF16, prefill),
        new ElementwiseCoefficients(1, of(parts, Part.LAUNCH), provenance),
        new EngineCoefficients(of(parts, Part.STEP), of(parts, Part.REQUEST), provenance));
  }

  private static LinearCoefficients linear(
      double[] parts, Part arithmetic, Part traffic, Part launch, Provenance provenance) {
    return new LinearCoefficients(
        1 / of(parts, arithmetic), 1 / of(parts, traffic), of(parts, launch), provenance);
  }

  private static double of(double[] parts, Part part) {
    return Math.max(NOTHING, parts[part.ordinal()]);
  }
}
