package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Limits at a share of the way from the least to the largest sum. To keep the problem feasible,
 * each is at least the cost of a balanced selection, plus a margin.
 */
final class Budgets {

  /** Of the distance from the least to the largest sum. */
  private static final BigDecimal AIR = new BigDecimal("0.02");

  /** On either side of what the planted selection needs. */
  private static final BigDecimal HALF_BAND = new BigDecimal("0.005");

  private static final double LAYERS_WITH_ATTENTION = 0.4;

  private final List<List<Candidate>> byLayer;
  private final Numbers numbers;
  private final double share;

  Budgets(int layers, List<Candidate> candidates, Numbers numbers, double share) {
    this.byLayer = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      byLayer.add(new ArrayList<>());
    }
    candidates.forEach(candidate -> byLayer.get(candidate.firstLayer()).add(candidate));
    this.numbers = numbers;
    this.share = share;
  }

  Map<String, Limit> limits(Family family) {
    return switch (family) {
      case UNCORRELATED, CORRELATED, STRONG, GRID -> threeCosts();
      case COUNTS -> withCounts();
    };
  }

  private Map<String, Limit> threeCosts() {
    List<Range> ranges =
        Stream.of(Instance.RUNTIME, Instance.MEMORY, Instance.CACHE).map(this::range).toList();
    List<Candidate> balanced =
        byLayer.stream()
            .map(here -> best(here, c -> ranges.stream().mapToDouble(r -> r.relative(c)).sum()))
            .toList();
    Map<String, Limit> limits = new LinkedHashMap<>();
    ranges.forEach(range -> limits.put(range.cost(), atMost(range, balanced)));
    return limits;
  }

  /** Around a planted selection: little runtime, memory near the share, attention in few layers. */
  private Map<String, Limit> withCounts() {
    Range runtime = range(Instance.RUNTIME);
    Range memory = range(Instance.MEMORY);
    int most = (int) (LAYERS_WITH_ATTENTION * byLayer.size());
    List<Candidate> planted = new ArrayList<>();
    for (List<Candidate> here : byLayer) {
      boolean attention =
          planted.size() % 5 < 2 && sum(planted, Instance.ATTENTION).intValue() < most;
      List<Candidate> allowed =
          here.stream().filter(c -> attention || c.cost(Instance.ATTENTION) == 0).toList();
      planted.add(
          best(allowed, c -> runtime.relative(c) + 3 * Math.abs(memory.relative(c) - share)));
    }
    BigDecimal needed = sum(planted, Instance.MEMORY);
    BigDecimal half = memory.width().multiply(HALF_BAND);
    Map<String, Limit> limits = new LinkedHashMap<>();
    limits.put(Instance.RUNTIME, atMost(runtime, planted));
    limits.put(
        Instance.MEMORY,
        new Limit.Between(
            numbers.limit(needed.subtract(half), RoundingMode.FLOOR),
            numbers.limit(needed.add(half), RoundingMode.CEILING)));
    limits.put(Instance.ATTENTION, new Limit.AtMost(most));
    return limits;
  }

  private Limit atMost(Range range, List<Candidate> fitting) {
    BigDecimal wanted = range.least().add(range.width().multiply(BigDecimal.valueOf(share)));
    BigDecimal enough = sum(fitting, range.cost()).add(range.width().multiply(AIR));
    return new Limit.AtMost(numbers.limit(wanted.max(enough), RoundingMode.CEILING));
  }

  private Range range(String cost) {
    List<Candidate> least = byLayer.stream().map(here -> best(here, c -> c.cost(cost))).toList();
    List<Candidate> most = byLayer.stream().map(here -> best(here, c -> -c.cost(cost))).toList();
    return new Range(cost, sum(least, cost), sum(most, cost), byLayer.size());
  }

  private static Candidate best(List<Candidate> some, ToDoubleFunction<Candidate> value) {
    Candidate best = some.getFirst();
    for (Candidate candidate : some) {
      if (value.applyAsDouble(candidate) < value.applyAsDouble(best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static BigDecimal sum(List<Candidate> chosen, String cost) {
    return chosen.stream()
        .map(candidate -> BigDecimal.valueOf(candidate.cost(cost)))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** The sums that a cost can have. */
  private record Range(String cost, BigDecimal least, BigDecimal most, int layers) {

    BigDecimal width() {
      return most.subtract(least);
    }

    /** A candidate's cost, relative to the range: 0 at the least, 1 at the most. */
    double relative(Candidate candidate) {
      double width = width().doubleValue();
      return width == 0 ? 0 : (candidate.cost(cost) * layers - least.doubleValue()) / width;
    }
  }
}
