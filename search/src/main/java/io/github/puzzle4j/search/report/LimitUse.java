package io.github.puzzle4j.search.report;

import java.util.List;

/**
 * A limit of a target, what the child uses of it, and what more of it would buy.
 *
 * @param name such as {@code throughput}
 * @param unit of bound and use
 * @param bound the limit
 * @param atLeast whether it is a lower bound
 * @param used by the child, as predicted
 * @param binds whether a choice with a smaller sum of scores exists without it
 * @param gains for some steps, by increasing share
 */
public record LimitUse(
    String name,
    String unit,
    double bound,
    boolean atLeast,
    double used,
    boolean binds,
    List<Gain> gains) {

  public LimitUse {
    gains = List.copyOf(gains);
  }

  /**
   * The best choice under a looser limit.
   *
   * @param share by which the limit is loosened, of its size
   * @param bound the looser limit
   * @param predicted sum of the scores of the best choice then
   * @param gain by how much that is less than the choice's; at least 0
   * @param proven whether no choice is better
   */
  public record Gain(double share, double bound, double predicted, double gain, boolean proven) {}
}
