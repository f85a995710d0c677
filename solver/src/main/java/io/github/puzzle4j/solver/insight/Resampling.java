package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How a choice stands when its scores are drawn again: each score plus a normal deviate of its
 * standard error, one independent of the other, and the best selection for them. Samples come in
 * antithetic pairs: of two, the second has the deviates of the first with the sign changed.
 *
 * @param samples how many were solved
 * @param proven how many of them to a proven optimum
 * @param chosen the share of samples in whose best selection a candidate is, by id, in the order of
 *     the candidates; those of no share are left out
 * @param optimum objectives of the best selections
 * @param choice objectives of the choice that was asked about
 * @param regret by how much that is worse than the best, 0 or more
 * @param unbeaten share of samples in which no selection is better than the choice
 */
public record Resampling(
    int samples,
    int proven,
    Map<String, Double> chosen,
    Distribution optimum,
    Distribution choice,
    Distribution regret,
    double unbeaten) {

  public Resampling {
    chosen = Collections.unmodifiableMap(new LinkedHashMap<>(chosen));
  }

  /** In which share of the samples the candidate of that id is in the best selection. */
  public double share(String id) {
    return chosen.getOrDefault(id, 0.0);
  }

  /**
   * Draws samples, the same for the same seed.
   *
   * @param choice of the problem's candidates
   * @param each how to solve each sample
   * @param total the time for all of them; samples are as many as could be solved in it
   * @return empty if not one was
   */
  public static Optional<Resampling> of(
      SelectionProblem problem,
      Selection choice,
      int samples,
      long seed,
      SolveOptions each,
      Duration total) {
    SelectionProblem single = problem.withSolutions(1, 0);
    Tally tally = new Tally(single.narrowed().orElse(single), choice);
    TimedSession session = TimedSession.start(each, total);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Double> deviates = List.of();
    for (int sample = 0; sample < samples && !session.isOver(); sample++) {
      deviates = sample % 2 == 0 ? tally.deviates(random) : negated(deviates);
      tally.add(deviates, session);
    }
    return tally.result();
  }

  private static List<Double> negated(List<Double> deviates) {
    return deviates.stream().map(deviate -> -deviate).toList();
  }

  /** Counts while samples come in. */
  private static final class Tally {

    private final SelectionProblem problem;
    private final Selection choice;
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final List<Double> optima = new ArrayList<>();
    private final List<Double> choices = new ArrayList<>();
    private final List<Double> regrets = new ArrayList<>();
    private int proven;

    Tally(SelectionProblem problem, Selection choice) {
      this.problem = problem;
      this.choice = choice;
      problem.candidates().forEach(candidate -> counts.put(candidate.id(), 0));
    }

    List<Double> deviates(RandomGenerator random) {
      return problem.candidates().stream().map(candidate -> random.nextGaussian()).toList();
    }

    void add(List<Double> deviates, TimedSession session) {
      List<Candidate> drawn = new ArrayList<>();
      for (Candidate candidate : problem.candidates()) {
        drawn.add(candidate.shifted(deviates.get(drawn.size())));
      }
      SelectionProblem sample = problem.withCandidates(drawn);
      if (session.solve(sample) instanceof SolveResult.Solved solved) {
        Selection best = solved.selection();
        BigDecimal own = choice.in(sample).exactObjective();
        BigDecimal regret = own.subtract(best.exactObjective());
        proven += solved.proven() ? 1 : 0;
        best.chosen().forEach(candidate -> counts.merge(candidate.id(), 1, Integer::sum));
        optima.add(best.objective());
        choices.add(own.doubleValue());
        regrets.add(problem.sense().sign() * regret.doubleValue());
      }
    }

    Optional<Resampling> result() {
      int samples = optima.size();
      if (samples == 0) {
        return Optional.empty();
      }
      Map<String, Double> shares = new LinkedHashMap<>();
      counts.forEach((id, count) -> {
        if (count > 0) {
          shares.put(id, (double) count / samples);
        }
      });
      return Optional.of(
          new Resampling(
              samples,
              proven,
              shares,
              Distribution.of(optima),
              Distribution.of(choices),
              Distribution.of(regrets),
              (double) regrets.stream().filter(regret -> regret <= 0).count() / samples));
    }
  }
}
