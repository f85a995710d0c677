package io.github.puzzle4j.search.bench.solve;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where limits lie between the least and the largest sum that any selection has. */
public enum Tightness {
  TIGHT(0.15),
  MEDIUM(0.4),
  LOOSE(0.75);

  private final double share;

  Tightness(double share) {
    this.share = share;
  }

  /** In lower case, as in names of instances. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** 0 at the least sum, 1 at the largest. */
  public double share() {
    return share;
  }
}
