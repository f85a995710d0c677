package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildLoss;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.truth.Accuracy;
import io.github.puzzle4j.scoring.truth.FeatureScores;
import io.github.puzzle4j.scoring.truth.Observation;
import io.github.puzzle4j.scoring.truth.TruthModel;
import io.github.puzzle4j.solver.SolveOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Chooses among measured children. The first round measures children near the optimum of the sum of
 * replace-one scores; each later one fits a {@link TruthModel} to all that were measured, measures
 * those that it predicts to be best, and continues around the best of them. Where optima of the
 * model are no better, mutations of the best children are tried. Children are compared by what the
 * scores measure. It ends when neither finds anything better, so that the answer is never worse
 * than that of the sum.
 *
 * <p>Iterative Puzzle (arXiv 2607.04371) scores anew after each round; here what is measured are
 * whole children, as in EvoPress (arXiv 2410.14649).
 */
public final class RoundSearch {

  /**
   * Standard errors by which another child must be better than the choice by the sum. The best of a
   * hundred measured children looks better than it is.
   */
  private static final double CERTAIN = 2;

  /** Children around which a round proposes others. */
  private static final int BASES = 3;

  private final FeatureScores scores;
  private final ChildMeter meter;
  private final ChildLoss loss;
  private final int rounds;
  private final int children;
  private final Proposals proposals;
  private final SumOfScores sum;
  private final Map<Child, ChildScore> measured = new LinkedHashMap<>();

  /**
   * A search.
   *
   * @param scores replace-one scores, from which predictions start
   * @param loss what is minimised
   * @param rounds after the first one, at most
   * @param children that are measured in a round
   * @param options of each of the solver's problems
   */
  public RoundSearch(
      ChildProblem space,
      FeatureScores scores,
      ChildMeter meter,
      ChildLoss loss,
      int rounds,
      int children,
      SolveOptions options,
      long seed) {
    this.scores = scores;
    this.meter = meter;
    this.loss = loss;
    this.rounds = rounds;
    this.children = children;
    this.proposals = new Proposals(space, options, seed);
    this.sum = new SumOfScores(space);
  }

  /**
   * Runs all rounds.
   *
   * @param first the choice by the sum of scores
   * @param others further children that are measured in any case, such as baselines
   * @param listener told each round when it has ended
   */
  public RoundsResult run(Child first, Collection<Child> others, Consumer<Round> listener)
      throws IOException {
    Set<Child> next = new LinkedHashSet<>(List.of(first));
    next.addAll(others);
    next.addAll(proposals.nearSum(children));
    List<Round> done = new ArrayList<>();
    done.add(new Round(0, measure(next), best(), 0));
    listener.accept(done.getLast());
    boolean better = true;
    for (int number = 1; number <= rounds; number++) {
      TruthModel model = TruthModel.fit(scores, observations());
      boolean optima = better;
      List<Child> found = proposed(model, optima);
      if (found.isEmpty()) {
        break;
      }
      int count = measure(found);
      done.add(new Round(number, count, best(), error(model, found)));
      listener.accept(done.getLast());
      better = done.getLast().best() < done.get(number - 1).best();
      if (!better && !optima) {
        break;
      }
    }
    return result(first, done);
  }

  private List<Child> proposed(TruthModel model, boolean optima) {
    Predicate<Child> isNew = child -> !measured.containsKey(child);
    return optima
        ? proposals.byModel(model, bases(), children, isNew)
        : proposals.byMutation(model, bases(), children, isNew);
  }

  private int measure(Collection<Child> wanted) throws IOException {
    for (ChildScore score : meter.measure(List.copyOf(wanted))) {
      measured.put(score.child(), score);
    }
    return wanted.size();
  }

  private List<Observation> observations() {
    return measured.values().stream().map(this::observation).toList();
  }

  private List<Child> bases() {
    return measured.values().stream()
        .sorted(Comparator.comparingDouble(this::value))
        .limit(BASES)
        .map(ChildScore::child)
        .toList();
  }

  private double best() {
    return measured.values().stream().mapToDouble(this::value).min().orElseThrow();
  }

  private double error(TruthModel model, List<Child> found) {
    return found.stream()
        .mapToDouble(
            child -> Math.abs(Math.log(model.predict(child) / observation(score(child)).value())))
        .average()
        .orElse(0);
  }

  private RoundsResult result(Child first, List<Round> done) {
    ChildScore sums = score(first);
    ChildScore best =
        measured.values().stream().min(Comparator.comparingDouble(this::value)).orElseThrow();
    Score difference = loss.difference(best, sums);
    List<ChildScore> all = List.copyOf(measured.values());
    double[] values = all.stream().mapToDouble(this::value).toArray();
    double[] predicted = all.stream().mapToDouble(one -> sum.of(one.child())).toArray();
    return new RoundsResult(
        sums,
        difference.mean() < -CERTAIN * difference.standardError() ? best : sums,
        done,
        all,
        loss,
        Accuracy.of(predicted, values),
        TruthModel.fit(scores, observations()).accuracy());
  }

  private ChildScore score(Child child) {
    return Objects.requireNonNull(measured.get(child), "a child that was measured");
  }

  private double value(ChildScore score) {
    return loss.of(score).mean();
  }

  private Observation observation(ChildScore score) {
    return Observation.of(score, loss);
  }
}
