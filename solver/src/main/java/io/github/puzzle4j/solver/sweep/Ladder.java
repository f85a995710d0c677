package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Results of several problems with comparable objectives, of which the best is wanted. Problems
 * without a selection do not affect the others.
 *
 * @param steps in the order of the problems
 * @param elapsed wall-clock time
 */
public record Ladder(List<Step> steps, Duration elapsed) {

  /** One problem with its result. */
  public record Step(Rung rung, SolveResult result) {

    /** The answer, if a selection was found. */
    public Optional<SolveResult.Solved> solved() {
      return result instanceof SolveResult.Solved solved ? Optional.of(solved) : Optional.empty();
    }
  }

  /**
   * @throws IllegalArgumentException if there is no step, a label occurs twice, or the problems
   *     have different senses
   */
  public Ladder {
    steps = List.copyOf(steps);
    error(steps.stream().map(Step::rung).toList())
        .ifPresent(complaint -> {
          throw new IllegalArgumentException(complaint);
        });
  }

  /**
   * Solves all problems.
   *
   * @param each options, including the time limit, for each problem
   * @param total time for all of them; problems after it are undecided
   * @throws InvalidProblemException if there is no problem, a label occurs twice, or the problems
   *     have different senses
   */
  public static Ladder solve(List<Rung> rungs, SolveOptions each, Duration total)
      throws InvalidProblemException {
    Optional<String> complaint = error(rungs);
    if (complaint.isPresent()) {
      throw new InvalidProblemException(complaint.get());
    }
    TimedSession session = TimedSession.start(each, total);
    List<Step> steps = new ArrayList<>();
    for (Rung rung : rungs) {
      steps.add(new Step(rung, session.solve(rung.problem())));
    }
    return new Ladder(steps, session.elapsed());
  }

  private static Optional<String> error(List<Rung> rungs) {
    if (rungs.isEmpty()) {
      return Optional.of("a ladder needs at least one problem");
    }
    Sense sense = rungs.getFirst().problem().sense();
    Set<String> labels = new HashSet<>();
    for (Rung rung : rungs) {
      if (!labels.add(rung.label())) {
        return Optional.of("'%s' is on the ladder twice".formatted(rung.label()));
      }
      if (rung.problem().sense() != sense) {
        return Optional.of(
            "'%s' and '%s' want sums of scores of different sense"
                .formatted(rungs.getFirst().label(), rung.label()));
      }
    }
    return Optional.empty();
  }

  /**
   * The step with the best objective, compared in exact decimals; the first of equal ones. Empty if
   * no problem has a selection.
   */
  public Optional<Step> best() {
    int sign = sense().sign();
    Optional<Step> best = Optional.empty();
    for (Step step : steps) {
      boolean better =
          step.solved().isPresent()
              && best.flatMap(Step::solved)
                  .map(known -> sign * order(step.solved().orElseThrow(), known) < 0)
                  .orElse(true);
      if (better) {
        best = Optional.of(step);
      }
    }
    return best;
  }

  private static int order(SolveResult.Solved one, SolveResult.Solved other) {
    return one.selection().exactObjective().compareTo(other.selection().exactObjective());
  }

  /**
   * Whether the bounds prove that no step has a better selection, or that no problem has a
   * selection at all.
   */
  public boolean proven() {
    Optional<SolveResult.Solved> best = best().flatMap(Step::solved);
    return steps.stream()
        .allMatch(step ->
            switch (step.result()) {
              case SolveResult.Solved solved ->
                  best.filter(known -> noBetter(solved, known)).isPresent();
              case SolveResult.Infeasible infeasible -> true;
              case SolveResult.Undecided undecided -> false;
            });
  }

  private boolean noBetter(SolveResult.Solved solved, SolveResult.Solved known) {
    return solved.proven() || sense().sign() * (solved.bound() - known.objective()) >= 0;
  }

  private Sense sense() {
    return steps.getFirst().rung().problem().sense();
  }
}
