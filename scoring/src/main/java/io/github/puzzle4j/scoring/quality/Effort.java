package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;

/**
 * Work, counted such that it is the same on every machine.
 *
 * @param layerTokens tokens that went forward through a layer, one for each layer
 * @param headTokens tokens whose predictions were computed by the LM head
 */
public record Effort(long layerTokens, long headTokens) {

  /** No work. */
  public static final Effort NONE = new Effort(0, 0);

  public Effort {
    if (layerTokens < 0 || headTokens < 0) {
      throw new IllegalArgumentException(
          "layerTokens=%d, headTokens=%d".formatted(layerTokens, headTokens));
    }
  }

  /**
   * What it takes to score one replacement: its own layers and those of the teacher behind them.
   *
   * @param layers of the teacher
   */
  public static Effort of(Replacement replacement, int layers, long tokens) {
    long passed = replacement.instead().size() + layers - 1L - replacement.span().last();
    return new Effort(tokens * passed, tokens);
  }

  /**
   * What it takes to measure a whole child: all of its layers, also those that it has in common
   * with children that are measured beside it.
   */
  public static Effort of(Child child, long tokens) {
    return new Effort(tokens * child.model().layers().size(), tokens);
  }

  /** The sum. */
  public Effort plus(Effort other) {
    return new Effort(layerTokens + other.layerTokens, headTokens + other.headTokens);
  }
}
