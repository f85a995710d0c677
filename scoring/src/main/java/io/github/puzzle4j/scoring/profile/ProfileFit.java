package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.ElementwiseCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.LinearCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.EngineCoefficients;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fits the coefficients of the cost model to observations.
 *
 * <p>The cost model is linear in launches and in the inverses of rates. The coefficients of a piece
 * of work in this linear system are its prices with one unknown alone, so that the fit and the cost
 * model agree exactly.
 */
final class ProfileFit {

  /**
   * The unknowns: times, and inverses of rates.
   *
   * @param launch of every kernel, in microseconds: the call, and waiting of threads for each other
   * @param step of every pass, in microseconds
   * @param request in milliseconds
   */
  private record Parts(
      double launch,
      double productTraffic,
      double productArithmetic,
      double decodeTraffic,
      double prefillArithmetic,
      double step,
      double request) {

    private static final int COUNT = 7;

    /** None of them is exactly 0, since rates are inverted. */
    static Parts of(double[] values) {
      double[] kept = Arrays.stream(values).map(value -> Math.max(NOTHING, value)).toArray();
      return new Parts(kept[0], kept[1], kept[2], kept[3], kept[4], kept[5], kept[6]);
    }
  }

  /** Stands for an infinite rate and for zero time. */
  private static final double NOTHING = 1e-12;

  private static final String BACKEND = "measured";

  private static final AttentionKernel EVERY_WIDTH =
      AttentionKernel.ofEveryWidth(NumberFormat.BF16);

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
      double rest = predicted(observation.work(), new double[Parts.COUNT]);
      double[] row = new double[Parts.COUNT];
      for (int part = 0; part < row.length; part++) {
        double[] alone = new double[row.length];
        alone[part] = 1;
        row[part] = (predicted(observation.work(), alone) - rest) / observation.seconds();
      }
      shares.add(row);
      wanted.add(1 - rest / observation.seconds());
    }
  }

  /** The profile of an observed engine. */
  static BackendProfile of(Datasheet machine, ProfiledEngine engine, List<Observation> observations)
      throws InvalidInputException {
    ProfileFit fit = new ProfileFit(machine, engine, observations);
    double[] found = LeastSquares.solve(fit.shares, fit.wanted);
    return fit.profile(Parts.of(found), fit.provenance());
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
                100 * RelativeErrors.quantile(spreads, 0.9)),
        RelativeErrors.quantile(errors, 0.9));
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
            Map.of(BACKEND, profile(Parts.of(parts), new Provenance.Measured("", 0))));
    return work.predictedSeconds(target, BACKEND);
  }

  private BackendProfile profile(Parts parts, Provenance provenance) {
    LinearCoefficients product =
        new LinearCoefficients(
            1 / parts.productArithmetic(), 1 / parts.productTraffic(), parts.launch(), provenance);
    // A pass over cached tokens is bound by reading them; the coefficient includes the arithmetic.
    LinearCoefficients decode =
        new LinearCoefficients(1 / NOTHING, 1 / parts.decodeTraffic(), parts.launch(), provenance);
    LinearCoefficients prefill =
        new LinearCoefficients(
            1 / parts.prefillArithmetic(), 1 / NOTHING, parts.launch(), provenance);
    return new BackendProfile(
        engine.version(),
        engine.maxBatchedTokens(),
        engine.maxSequences(),
        Map.of(MatrixType.BF16, product),
        new TreeMap<>(Map.of(EVERY_WIDTH, decode)),
        new TreeMap<>(Map.of(EVERY_WIDTH, prefill)),
        Map.of(),
        new TreeMap<>(),
        new ElementwiseCoefficients(1, parts.launch(), provenance),
        new EngineCoefficients(parts.step(), parts.request(), provenance));
  }
}
