package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Machine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Results of the solver's benchmark. Times are wall-clock seconds, ratios are the other's time over
 * ours.
 *
 * @param families how each is made
 * @param startup once per process, in no other figure
 * @param leftOut instances and frontiers that were not started because the time was over
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
   * Times before the first measured solve.
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
   * @param seconds median; a lower bound if it was cut off
   * @param limitSeconds its time limit
   * @param claim optimal, feasible, infeasible or nothing
   * @param objective of its claim; empty without a selection
   * @param excess how much worse, relative to the objective, its claimed optimum is than the best
   *     selection known; 0 if it is that
   * @param broken the bounds that its selection violates, in exact decimals
   * @param wrong whether its claim is refuted in exact decimals: a false optimum, a selection that
   *     violates limits, false infeasibility
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
   * @param wrong whether another backend's selection refutes its claim
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
   * 50 exact optima along one limit compared with plain solves of some of them.
   *
   * @param limit the limit that varies
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
   * @param wrongOwnClaims refuted claims of this project's solver
   * @param unsolved instances that no solver proved in the time
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
   * Over the instances that at least one side solved.
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
