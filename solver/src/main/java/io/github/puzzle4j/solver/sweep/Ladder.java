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
 * Several problems whose objectives mean the same, all solved, the best answer kept. A problem that
 * has none does not stop the others.
 *
 * @param steps in the order in which the problems were given
 * @param elapsed wall-clock time of everything
 */
public record Ladder(List<Step> steps, Duration elapsed) {

  /** One problem with its answer. */
  public record Step(Rung rung, SolveResult result) {

    /** The answer, if there is one. */
    public Optional<SolveResult.Solved> solved() {
      return result instanceof SolveResult.Solved solved ? Optional.of(solved) : Optional.empty();
    }
  }

  /**
   * @throws IllegalArgumentException if there is no step, a label is there twice, or one problem
   *     wants a small sum of scores and another a large one
   */
  public Ladder {
    steps = List.copyOf(steps);
    complaint(steps.stream().map(Step::rung).toList())
        .ifPresent(complaint -> {
          throw new IllegalArgumentException(complaint);
        });
  }

  /**
   * Climbs a ladder.
   *
   * @param each how to solve each problem, and the longest time for one
   * @param total the time for all of them; those that come after it are undecided
   * @throws InvalidProblemException if there is no problem, a label is there twice, or one problem
   *     wants a small sum of scores and another a large one
   */
  public static Ladder climb(List<Rung> rungs, SolveOptions each, Duration total)
      throws InvalidProblemException {
    Optional<String> complaint = complaint(rungs);
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

  private static Optional<String> complaint(List<Rung> rungs) {
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
   * The step with the best objective, compared in exact decimals; of equal ones the first. Empty if
   * no problem has an answer.
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
   * Whether the best step is proven to be: nothing better exists at any step, as far as their
   * bounds tell, or no problem has a selection at all.
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
