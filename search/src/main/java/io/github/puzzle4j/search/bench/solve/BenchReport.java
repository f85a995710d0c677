package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Machine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What the solver's benchmark has measured. Times are wall-clock seconds, ratios how many times
 * longer the other took.
 *
 * @param families how each is made
 * @param startup paid once per process, in no other figure
 * @param leftOut instances and frontiers that were not begun because the time was over
 * @param summary by size, such as {@code 80x56}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record BenchReport(
    Machine machine,
    int repetitions,
    long seed,
    double timeLimitSeconds,
    Map<String, String> families,
    Startup startup,
    List<Measured> instances,
    List<Frontier> frontiers,
    List<String> leftOut,
    Map<String, Summary> summary) {

  /**
   * What comes before the first measured solve.
   *
   * @param jvmSeconds from the process's start to the benchmark's
   * @param nativesSeconds unpacking and loading of native libraries
   * @param firstSolveSeconds the first problem of all, by our solver in a cold JVM
   * @param firstSolveInstance that problem
   * @param warmUpSeconds small problems, solved until the code was compiled
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Startup(
      double jvmSeconds,
      double nativesSeconds,
      double firstSolveSeconds,
      String firstSolveInstance,
      double warmUpSeconds) {}

  /**
   * One problem.
   *
   * @param fastestPlain the plain backend that proved the optimum first; empty where none did
   * @param ratio of the fastest plain time to ours
   * @param ojalgoToCbc ratio of plain CBC's time to ojAlgo's behind the reduction
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Measured(
      String name,
      String size,
      Family family,
      Tightness tightness,
      Numbers numbers,
      List<Plain> plain,
      Ours ours,
      Ours ojalgo,
      Optional<String> fastestPlain,
      Ratio ratio,
      Ratio ojalgoToCbc) {}

  /**
   * A backend on the unreduced problem.
   *
   * @param seconds median; where it was cut off, that much was not enough
   * @param limitSeconds what it was allowed
   * @param claim optimal, feasible, infeasible or nothing
   * @param objective of what it claims; empty where it names nothing
   * @param excess how much worse, relative to the objective, its claimed optimum is than the best
   *     selection known; 0 if it is that
   * @param broken the bounds that its selection does not keep, in exact decimals
   * @param wrong whether it claims what is refuted, in exact decimals: an optimum that is none, a
   *     selection that breaks limits, infeasibility
   * @param solved whether it proved the optimum, up to a relative 1e-9
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Plain(
      String backend,
      double seconds,
      double limitSeconds,
      String claim,
      Optional<Double> objective,
      double excess,
      List<String> broken,
      boolean wrong,
      boolean solved) {}

  /**
   * This project's solver: reduction, search and checks together.
   *
   * @param status optimal, feasible, infeasible or undecided
   * @param gap of what is not proven; 0 for optima
   * @param wrong whether it claims what another one's selection refutes
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Ours(
      String backend,
      double seconds,
      String status,
      Optional<Double> objective,
      double gap,
      int removedCandidates,
      int backendCalls,
      boolean wrong) {

    boolean solved() {
      return status.equals("optimal") && !wrong;
    }
  }

  /**
   * 50 exact optima along one limit against plain solves of a share of them.
   *
   * @param limit the one that moves
   * @param least its smallest budget at which anything fits
   * @param most the smallest budget that does not bind
   * @param proven how many of the points are proven optima
   * @param plainSolved how many of the plain solves proved the optimum, and rightly so
   * @param ratio of the plain solves' time to the whole frontier's
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Frontier(
      String name,
      String limit,
      double least,
      double most,
      int points,
      int proven,
      double seconds,
      String plainBackend,
      int plainSolves,
      int plainSolved,
      double plainSeconds,
      Ratio ratio) {}

  /**
   * One size.
   *
   * @param wrongPlainClaims refuted claims of plain backends
   * @param wrongOwnClaims refuted claims of ours
   * @param unsolved instances that nobody proved in the time
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Summary(
      int instances,
      int unsolved,
      Spread ratio,
      Spread ojalgoToCbc,
      int wrongPlainClaims,
      int wrongOwnClaims) {}

  /**
   * Over instances; those are left out where neither side solved the problem.
   *
   * @param compared how many instances there are
   * @param bounds how many of them are only bounds
   * @param median empty where nothing was compared
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Spread(
      int compared,
      int bounds,
      Optional<Double> median,
      Optional<Double> worst,
      Optional<String> worstAt) {}
}
