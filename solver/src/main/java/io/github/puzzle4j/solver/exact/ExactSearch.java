package io.github.puzzle4j.solver.exact;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Settles by itself whether there is a better choice: a depth-first search over the layers in whole
 * numbers, cut short by Lagrangian bounds. Floating point enters only the bounds, each of which is
 * lowered by more than its rounding error, so that the outcome is exact.
 *
 * <p>Made to check the claims of backends whose own word is not enough; not made to compete.
 */
public final class ExactSearch {

  private static final int SUBGRADIENT_STEPS = 300;
  private static final int KEPT_MULTIPLIERS = 6;
  private static final int STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 1 << 12;
  private static final int DEEPEST = 2_000;

  private final ChoiceModel model;
  private final Relaxation relaxation;
  private final long deadline;
  private final Deque<Relaxation.Weights> kept = new ArrayDeque<>();
  private double rootBound = Double.NEGATIVE_INFINITY;
  private List<Integer> best = List.of();
  private long better = Long.MAX_VALUE;
  private long steps;
  private boolean outOfTime;

  private ExactSearch(ChoiceModel model, Duration time) {
    this.model = model;
    this.relaxation = new Relaxation(model);
    this.deadline = System.nanoTime() + time.toNanos();
  }

  /**
   * Checks an answer and completes it within the time: proves it, finds a better choice, or says
   * how much better a choice could be at most.
   *
   * @param answer of a backend, right or wrong
   */
  public static BackendAnswer settle(ChoiceModel model, BackendAnswer answer, Duration time) {
    ExactSearch search = new ExactSearch(model, time);
    if (answer instanceof BackendAnswer.Found found && model.admits(found.chosen())) {
      search.accept(found.chosen());
    }
    search.ascend();
    search.descend();
    return search.verdict(answer);
  }

  private BackendAnswer verdict(BackendAnswer answer) {
    if (!best.isEmpty()) {
      double bound = outOfTime ? Math.min(rootBound, (double) better) : (double) better;
      return new BackendAnswer.Found(best, bound, !outOfTime);
    }
    if (!outOfTime) {
      return new BackendAnswer.NoneExists();
    }
    return answer instanceof BackendAnswer.GaveUp
        ? answer
        : new BackendAnswer.GaveUp("the time was over before the answer could be verified");
  }

  private void accept(List<Integer> choice) {
    long objective = model.objective(choice);
    if (objective < better) {
      better = objective;
      best = List.copyOf(choice);
    }
  }

  /** Raises the bound by the subgradient method with Polyak's step length. */
  private void ascend() {
    double[] multipliers = new double[relaxation.rowCount()];
    double step = 1;
    int idle = 0;
    for (int round = 0; round < SUBGRADIENT_STEPS && !timeIsOver(); round++) {
      Relaxation.Weights weights = relaxation.weigh(multipliers);
      List<Integer> path = weights.path();
      double[] excess = relaxation.excess(path);
      if (model.rows().stream().allMatch(row -> row.holds(path))) {
        accept(path);
      }
      if (weights.bound() > rootBoundScaled()) {
        rootBound = relaxation.units(weights.bound());
        kept.addFirst(weights);
        idle = 0;
      } else if (++idle == 15) {
        step /= 2;
        idle = 0;
      }
      double square = 0;
      for (int row = 0; row < excess.length; row++) {
        if (multipliers[row] > 0 || excess[row] > 0) {
          square += excess[row] * excess[row];
        }
      }
      double length = step * (target() - weights.bound()) / square;
      if (square == 0 || !(length > 0)) {
        break;
      }
      for (int row = 0; row < excess.length; row++) {
        multipliers[row] = Math.max(0, multipliers[row] + length * excess[row]);
      }
    }
    while (kept.size() > KEPT_MULTIPLIERS) {
      kept.removeLast();
    }
  }

  private double rootBoundScaled() {
    return relaxation.scaled(rootBound);
  }

  /** What the bound may be hoped to reach: the best objective known, or a step further up. */
  private double target() {
    return best.isEmpty()
        ? rootBoundScaled() + 0.1 * model.layers()
        : relaxation.scaled((double) better);
  }

  private void descend() {
    if (model.layers() > DEEPEST || kept.isEmpty()) {
      outOfTime = true;
      return;
    }
    List<Relaxation.Weights> weights = List.copyOf(kept);
    new Descent(weights).from(0, new double[weights.size()], new ArrayList<>());
  }

  private boolean timeIsOver() {
    return deadline - System.nanoTime() <= 0;
  }

  /** The search itself, layer by layer, most promising items first. */
  private final class Descent {

    private final List<Relaxation.Weights> weights;
    private final List<List<Integer>> order = new ArrayList<>();
    private final long[][] leastRest;
    private final long[] used;

    Descent(List<Relaxation.Weights> weights) {
      this.weights = weights;
      Relaxation.Weights sharpest = weights.getFirst();
      for (int layer = 0; layer < model.layers(); layer++) {
        order.add(
            relaxation.starting(layer).stream()
                .sorted(
                    Comparator.comparingDouble(
                        item -> sharpest.bound(sharpest.weight(item), model.endLayer(item))))
                .toList());
      }
      this.leastRest = new long[model.rows().size()][];
      this.used = new long[model.rows().size()];
      for (int row = 0; row < leastRest.length; row++) {
        leastRest[row] = leastRest(model.rows().get(row));
      }
    }

    /**
     * By layer, the least that a row's sum still grows by from there; far too much if no way on.
     */
    private long[] leastRest(ChoiceRow row) {
      long[] least = new long[model.layers() + 1];
      for (int layer = model.layers() - 1; layer >= 0; layer--) {
        least[layer] = Long.MAX_VALUE / 4;
        for (int item : relaxation.starting(layer)) {
          long sum = row.coefficient(item) + least[model.endLayer(item)];
          least[layer] = Math.min(least[layer], sum);
        }
      }
      return least;
    }

    void from(int layer, double[] before, List<Integer> chosen) {
      if (layer == model.layers()) {
        accept(chosen);
        return;
      }
      for (int item : order.get(layer)) {
        if (++steps % STEPS_BETWEEN_LOOKS_AT_THE_CLOCK == 0 && timeIsOver()) {
          outOfTime = true;
        }
        double[] after = new double[before.length];
        if (outOfTime || hopeless(item, before, after, 0)) {
          return; // All that follow promise less.
        }
        if (fits(item) && !anyHopeless(item, before, after)) {
          enter(item, 1);
          chosen.add(item);
          from(model.endLayer(item), after, chosen);
          chosen.removeLast();
          enter(item, -1);
        }
      }
    }

    private boolean anyHopeless(int item, double[] before, double[] after) {
      for (int index = 1; index < before.length; index++) {
        if (hopeless(item, before, after, index)) {
          return true;
        }
      }
      return false;
    }

    /** Whether every choice that goes on with the item is at least as bad as the best known. */
    private boolean hopeless(int item, double[] before, double[] after, int index) {
      Relaxation.Weights by = weights.get(index);
      after[index] = before[index] + by.weight(item);
      double bound = relaxation.units(by.bound(after[index], model.endLayer(item)));
      // Objectives are whole: above better - 1 means better or more.
      return !best.isEmpty() && bound > (double) better - 1;
    }

    private boolean fits(int item) {
      for (int row = 0; row < used.length; row++) {
        ChoiceRow limit = model.rows().get(row);
        long least = used[row] + limit.coefficient(item) + leastRest[row][model.endLayer(item)];
        if (least > limit.max()) {
          return false;
        }
      }
      return true;
    }

    private void enter(int item, int sign) {
      for (int row = 0; row < used.length; row++) {
        used[row] += sign * model.rows().get(row).coefficient(item);
      }
    }
  }
}
