package io.github.puzzle4j.scoring.quality;

import java.util.List;

/**
 * A {@link Score} of parts that are not kept: its sums of squares are taken about the mean of the
 * first parts, so that they lose no digits to cancellation.
 */
final class ScoreSum {

  private double pivot;
  private double sum;
  private double squares;
  private double products;
  private double squaredTokens;
  private long tokens;
  private long sequences;

  void add(List<Score.Part> parts) {
    if (tokens == 0) {
      pivot =
          parts.stream().mapToDouble(Score.Part::sum).sum()
              / Math.max(1, parts.stream().mapToLong(Score.Part::tokens).sum());
    }
    for (Score.Part part : parts) {
      double apart = part.sum() - pivot * part.tokens();
      sum += part.sum();
      squares += apart * apart;
      products += apart * part.tokens();
      squaredTokens += (double) part.tokens() * part.tokens();
      tokens += part.tokens();
      sequences += part.tokens() > 0 ? 1 : 0;
    }
  }

  /** As {@link Score#of}. */
  Score score() {
    if (tokens == 0) {
      throw new IllegalArgumentException("no predicted token to average over");
    }
    double mean = sum / tokens;
    if (sequences < 2) {
      return new Score(mean, 0, tokens);
    }
    double shift = mean - pivot;
    double about = Math.max(0, squares - 2 * shift * products + shift * shift * squaredTokens);
    return new Score(mean, Math.sqrt(about * sequences / (sequences - 1)) / tokens, tokens);
  }
}
