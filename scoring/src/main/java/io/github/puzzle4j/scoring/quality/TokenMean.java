package io.github.puzzle4j.scoring.quality;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A mean over the tokens of a text, with the influence of each of its sequences on the error. Sums
 * and differences of means over the same text have the error of paired measurements: what a
 * sequence does to both is counted once.
 *
 * @param mean per token
 * @param influences by sequence of the text, in its order: how far the sequence moves the mean, by
 *     linearisation of the ratio of sums (Cochran, Sampling Techniques, 3rd ed., section 6.3); 0
 *     for one that was not measured
 * @param tokens predictions that were averaged; of a sum, the fewest of its terms
 */
public record TokenMean(double mean, List<Double> influences, long tokens) {

  /** What a sequence that was not measured has. */
  public static final Score.Part NONE = new Score.Part(0, 0);

  public TokenMean {
    influences = List.copyOf(influences);
  }

  /**
   * The ratio of all sums to all tokens.
   *
   * @param parts by sequence; {@link #NONE} where it was not measured
   * @throws IllegalArgumentException if there is no token at all
   */
  public static TokenMean of(List<Score.Part> parts) {
    long tokens = parts.stream().mapToLong(Score.Part::tokens).sum();
    if (tokens == 0) {
      throw new IllegalArgumentException("no predicted token to average over");
    }
    double mean = parts.stream().mapToDouble(Score.Part::sum).sum() / tokens;
    long sequences = parts.stream().filter(part -> part.tokens() > 0).count();
    double scale = sequences < 2 ? 0 : Math.sqrt((double) sequences / (sequences - 1)) / tokens;
    return new TokenMean(
        mean,
        parts.stream().map(part -> scale * (part.sum() - mean * part.tokens())).toList(),
        tokens);
  }

  /** A number without an error. */
  public static TokenMean exactly(double mean, int sequences) {
    return new TokenMean(mean, Collections.nCopies(sequences, 0.0), Long.MAX_VALUE);
  }

  /** The sum with another mean over the same text. */
  public TokenMean plus(TokenMean other) {
    return plus(other, 1);
  }

  /** The difference from another mean over the same text. */
  public TokenMean minus(TokenMean other) {
    return plus(other, -1);
  }

  /** A multiple of this. */
  public TokenMean times(double factor) {
    return new TokenMean(
        factor * mean, influences.stream().map(one -> factor * one).toList(), tokens);
  }

  private TokenMean plus(TokenMean other, double factor) {
    if (influences.size() != other.influences.size()) {
      throw new IllegalArgumentException(
          "means over %d and %d sequences".formatted(influences.size(), other.influences.size()));
    }
    List<Double> both = new ArrayList<>(influences.size());
    for (int i = 0; i < influences.size(); i++) {
      both.add(influences.get(i) + factor * other.influences.get(i));
    }
    return new TokenMean(mean + factor * other.mean, both, Math.min(tokens, other.tokens));
  }

  /** The standard error, with whole sequences as sampling units. */
  public double standardError() {
    return Math.sqrt(influences.stream().mapToDouble(one -> one * one).sum());
  }

  /** Mean and standard error alone. */
  public Score score() {
    return new Score(mean, standardError(), tokens);
  }
}
