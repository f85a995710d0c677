package io.github.puzzle4j.solver;

import java.util.List;
import java.util.stream.Collectors;

/** Reason why no selection is within all limits. */
public sealed interface Conflict {

  /** Distinct names of the limits involved; empty if the limits are not the reason. */
  default List<String> limits() {
    return bounds().stream().map(Bound::cost).distinct().toList();
  }

  /** Bounds involved; empty if the limits are not the reason. */
  List<Bound> bounds();

  /** One line for users. */
  String explanation();

  /**
   * No set of candidates covers each layer exactly once, whatever the limits.
   *
   * @param layer the layers before this one can be covered, but no selection extends beyond it
   */
  record Uncoverable(int layer) implements Conflict {
    @Override
    public List<Bound> bounds() {
      return List.of();
    }

    @Override
    public String explanation() {
      return "no set of candidates covers each layer exactly once: "
          + (layer == 0
              ? "none begins at layer 0 and goes on to the end"
              : "layers 0 to %d can be covered, none that goes on from there to the end"
                  .formatted(layer - 1));
    }
  }

  /** Bounds each of which alone cannot be met. */
  record Unreachable(List<Shortfall> shortfalls) implements Conflict {

    public Unreachable {
      shortfalls = List.copyOf(shortfalls);
    }

    @Override
    public List<Bound> bounds() {
      return shortfalls.stream().map(Shortfall::bound).toList();
    }

    @Override
    public String explanation() {
      return shortfalls.stream().map(Shortfall::toString).collect(Collectors.joining("; "));
    }
  }

  /**
   * Bounds that cannot be met together, although each can be met alone.
   *
   * @param bounds the conflicting bounds
   * @param smallest whether no smaller set of bounds conflicts; false if the time ran out before
   *     that was shown
   */
  record Contradicting(List<Bound> bounds, boolean smallest) implements Conflict {

    public Contradicting {
      bounds = List.copyOf(bounds);
    }

    @Override
    public String explanation() {
      return bounds.stream().map(Bound::toString).collect(Collectors.joining(" and "))
          + (crossed()
              ? " leave no room between them"
              : " cannot be met together, though each of them can alone");
    }

    /** Whether the bounds exclude every sum, whatever the candidates. */
    private boolean crossed() {
      return bounds.stream()
          .anyMatch(least ->
              least.side() == Bound.Side.MIN
                  && bounds.stream()
                      .anyMatch(most ->
                          most.side() == Bound.Side.MAX
                              && most.cost().equals(least.cost())
                              && most.value() < least.value()));
    }
  }

  /**
   * A bound that cannot be met.
   *
   * @param bestReachable the sum closest to the bound among all selections, ignoring other limits
   */
  record Shortfall(Bound bound, double bestReachable) {

    /** For example {@code throughput: best reachable 3.1, limit max 2}. */
    @Override
    public String toString() {
      return "%s: best reachable %s, limit %s %s"
          .formatted(
              bound.cost(),
              Decimals.plain(bestReachable),
              bound.side() == Bound.Side.MAX ? "max" : "min",
              Decimals.plain(bound.value()));
    }
  }
}
