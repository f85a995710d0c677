package io.github.puzzle4j.search.bench.solve;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.puzzle4j.solver.Candidate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The kind of numbers in an instance. */
public enum Numbers {
  /** Scores of 9, runtimes of 7, memory of 8 and caches of 6 significant digits. */
  REAL("real", 0),
  /** Whole numbers; the largest score and the largest cost of each kind are 1,000. */
  INTEGER("integer", 1_000),
  /** Whole numbers; the largest score and the largest cost of each kind are 100,000. */
  LARGE_INTEGER("large-integer", 100_000);

  private static final int SCORE_DIGITS = 9;
  private static final Map<String, Integer> COST_DIGITS =
      Map.of(Instance.RUNTIME, 7, Instance.MEMORY, 8, Instance.CACHE, 6, Instance.ATTENTION, 9);
  private static final int LIMIT_DIGITS = 7;

  private final String id;
  private final int largest;

  Numbers(String id, int largest) {
    this.id = id;
    this.largest = largest;
  }

  /** In lower case, as in names of instances. */
  @JsonValue
  public String id() {
    return id;
  }

  /** The same candidates in these numbers. Counts are unchanged. */
  List<Candidate> write(List<Candidate> drawn) {
    double score = unit(drawn, Candidate::score);
    Map<String, Double> units = new LinkedHashMap<>();
    for (String cost : drawn.getFirst().costs().keySet()) {
      units.put(cost, cost.equals(Instance.ATTENTION) ? 1 : unit(drawn, c -> c.cost(cost)));
    }
    return drawn.stream()
        .map(c -> {
          Map<String, Double> costs = new LinkedHashMap<>();
          units.forEach((cost, unit) ->
              costs.put(cost, number(c.cost(cost) * unit, COST_DIGITS.getOrDefault(cost, 7))));
          return Candidate.of(
              c.id(), c.firstLayer(), number(c.score() * score, SCORE_DIGITS), costs);
        })
        .toList();
  }

  /** A limit in such numbers that is not below the value; with {@code FLOOR} not above it. */
  double limit(BigDecimal value, RoundingMode mode) {
    BigDecimal rounded =
        this == REAL ? value.round(new MathContext(LIMIT_DIGITS, mode)) : value.setScale(0, mode);
    return rounded.doubleValue();
  }

  private double number(double value, int digits) {
    return this == REAL
        ? new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN)).doubleValue()
        : Math.rint(value);
  }

  /** The factor by which numbers are multiplied before rounding. */
  private double unit(List<Candidate> drawn, ToDoubleFunction<Candidate> value) {
    double most = drawn.stream().mapToDouble(c -> Math.abs(value.applyAsDouble(c))).max().orElse(1);
    return this == REAL || most == 0 ? 1 : largest / most;
  }
}
