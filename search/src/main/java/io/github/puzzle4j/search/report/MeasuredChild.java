package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.List;

/**
 * A child that was measured in the rounds, as assembled from the library.
 *
 * @param replacements of which it is made, first to last
 * @param tokensPerSecond predicted output tokens per second per GPU
 * @param tokenSeconds predicted seconds per output token of a request
 * @param memoryBytes predicted memory while serving
 * @param predicted sum of its blocks' scores
 * @param loss what is minimised, on the text of the scores, less the teacher's
 */
public record MeasuredChild(
    List<Replacement> replacements,
    double tokensPerSecond,
    double tokenSeconds,
    long memoryBytes,
    double predicted,
    Estimate loss) {

  public MeasuredChild {
    replacements = List.copyOf(replacements);
  }
}
