package io.github.puzzle4j.solver.insight;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
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
 * Robustness of a selection under the uncertainty of scores. In each sample, an independent normal
 * deviate times its standard error is added to every score, and the problem is solved for these
 * scores. Samples come in antithetic pairs: the second has the deviates of the first with opposite
 * sign.
 *
 * @param samples number of samples solved
 * @param proven number of samples solved to proven optimality
 * @param chosen by id, in the order of the candidates, the share of samples whose best selection
 *     contains the candidate; candidates with share 0 are omitted
 * @param optimum objectives of the best selections
 * @param choice objectives of the given selection
 * @param regret difference of the two, at least 0
 * @param unbeaten share of samples in which no selection is better than the given one
 */
@JsonPropertyOrder({"samples", "proven", "unbeaten"})
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

  /** Share of the samples whose best selection contains the candidate. */
  public double share(String id) {
    return chosen.getOrDefault(id, 0.0);
  }

  /**
   * Solves samples, reproducibly by seed.
   *
   * @param choice selection of candidates of the problem
   * @param each options for each sample
   * @param total time for all of them; sampling ends when it is over
   * @return empty if no sample was solved
   */
  public static Optional<Resampling> of(
      SelectionProblem problem,
      Selection choice,
      int samples,
      long seed,
      SolveOptions each,
      Duration total) {
    Tally tally = new Tally(problem.single(), choice);
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

  /** Accumulates the samples. */
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
