package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The losses of a training, of which consecutive steps are averaged so that there are not too many
 * of them.
 *
 * @param everySteps steps that are averaged
 * @param steps that were taken
 * @param losses means over so many steps, each before its step; the last one possibly over fewer
 */
public record LossCurve(int everySteps, int steps, List<Double> losses) {

  private static final int MOST_LOSSES = 200;

  /** Its key in results, which those of earlier releases lack. */
  public static final String KEY = "losses";

  /** More digits than losses have. */
  private static final MathContext DIGITS = new MathContext(6);

  public LossCurve {
    losses = List.copyOf(losses);
    if (everySteps < 1 || steps < 0 || losses.size() != size(everySteps, steps)) {
      throw new IllegalArgumentException(
          "everySteps=%d, steps=%d, losses=%d".formatted(everySteps, steps, losses.size()));
    }
  }

  private static int size(int everySteps, int steps) {
    return Math.ceilDiv(steps, everySteps);
  }

  /** Before the first step of a training. */
  static LossCurve before(int mostSteps) {
    return new LossCurve(Math.max(1, size(MOST_LOSSES, mostSteps)), 0, List.of());
  }

  /** With the loss of one more step. */
  LossCurve with(double loss) {
    List<Double> more = new ArrayList<>(losses);
    int averaged = steps % everySteps;
    if (averaged == 0) {
      more.add(loss);
    } else {
      more.set(more.size() - 1, (more.getLast() * averaged + loss) / (averaged + 1));
    }
    return new LossCurve(everySteps, steps + 1, more);
  }

  /** The step at the end of one of the means, counted from 1. */
  public int step(int index) {
    return Math.min(steps, (index + 1) * everySteps);
  }

  /** With so many losses at most: those of neighbours are averaged. */
  public LossCurve thinned(int most) {
    int joined = Math.max(1, size(most, losses.size()));
    List<Double> means = new ArrayList<>();
    for (int from = 0; from < losses.size(); from += joined) {
      double sum = 0;
      int before = from * everySteps;
      for (int i = from; i < Math.min(losses.size(), from + joined); i++) {
        sum += losses.get(i) * (step(i) - i * everySteps);
      }
      means.add(sum / (Math.min(steps, before + joined * everySteps) - before));
    }
    return new LossCurve(joined * everySteps, steps, means);
  }

  /** A result with this curve beside its own values; one without steps has none. */
  public JsonNode beside(Object value) {
    ObjectNode tree = Json.mapper().valueToTree(value);
    if (steps > 0) {
      tree.set(KEY, Json.mapper().valueToTree(rounded()));
    }
    return tree;
  }

  private LossCurve rounded() {
    return new LossCurve(
        everySteps,
        steps,
        losses.stream().map(loss -> BigDecimal.valueOf(loss).round(DIGITS).doubleValue()).toList());
  }

  /**
   * The curve of a result; empty for results of earlier releases and for trainings without steps.
   *
   * @throws InvalidInputException if it is none
   */
  public static Optional<LossCurve> of(JsonNode result) throws InvalidInputException {
    return result.has(KEY)
        ? Optional.of(Json.bind("losses of a training", result.path(KEY), LossCurve.class))
        : Optional.empty();
  }
}
