package io.github.puzzle4j.search.bench.solve;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How scores and costs of an instance are correlated. */
public enum Family {
  UNCORRELATED("scores and three costs uniform and independent; easy unless limits are tight"),
  CORRELATED(
      "score = layer weight x ((1-a)^2 + 1.5 (1-f)^2 + 5 % noise) for uniform shares a of attention"
          + " and f of FFN; costs linear in a and f with noise of their own; layer weights"
          + " log-normal"),
  STRONG(
      "three costs uniform and independent, score = -(0.4 runtime + 0.35 memory + 0.25 cache) + 0.5"
          + " uniform, after Chu and Beasley (1998): quality costs the same everywhere, so that"
          + " selections at the limits are nearly equal; the hardest family when tight"),
  GRID(
      "attention variants x FFN variants; costs are sums of both parts and the same in every layer;"
          + " score = layer weight x (loss of each part + 3 % interaction), first and last layers"
          + " heavier"),
  COUNTS(
      "as correlated, a third of the candidates without attention; at most 40 % of the layers with"
          + " attention, memory between two bounds 1 % apart, runtime at most");

  private final String description;

  Family(String description) {
    this.description = description;
  }

  /** In lower case, as in options and names of instances. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How it is generated, in one line. */
  public String description() {
    return description;
  }
}
