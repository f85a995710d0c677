package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Times of two models in llama.cpp under the same requests, alternating.
 *
 * @param first of one model
 * @param second of the other
 */
public record ServedPair(Times first, Times second) {

  /** Repetitions of each model; the quartile that profiles use is taken. */
  private static final int REPETITIONS = 5;

  private static final double QUARTILE = 0.25;

  /**
   * Times of one model.
   *
   * @param promptSeconds until the prompts of all requests are read
   * @param wholeSeconds until all answers are complete
   */
  public record Times(double promptSeconds, double wholeSeconds) {}

  /**
   * What is asked.
   *
   * @param inputTokens of each prompt
   * @param outputTokens of each answer, at least 2
   * @param batch requests together
   * @param threads of the processor
   */
  public record Requests(int inputTokens, int outputTokens, int batch, int threads) {

    /**
     * Seconds until all answers of so many tokens are complete. The model is opened each time: in a
     * cache that answers of other requests have left in pieces, llama.cpp is slower or refuses.
     */
    private double seconds(Path file, int tokens) throws IOException {
      try (TimedModel model = TimedModel.open(file, inputTokens + outputTokens, batch, threads)) {
        model.seconds(1, "the", 2);
        return model.seconds(batch, model.prompt(inputTokens), tokens);
      }
    }
  }

  /**
   * Measures.
   *
   * @param first a GGUF file
   * @param second another one
   * @param done receives a line after each repetition
   */
  public static ServedPair measure(
      Path first, Path second, Requests requests, Consumer<String> done) throws IOException {
    Series ofFirst = new Series(first, requests);
    Series ofSecond = new Series(second, requests);
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      ofFirst.measure(repetition);
      ofSecond.measure(repetition);
      done.accept("batch %d".formatted(requests.batch()));
    }
    return new ServedPair(ofFirst.times(), ofSecond.times());
  }

  /** Numbers of repetitions, for the display of progress. */
  public static int repetitions() {
    return REPETITIONS;
  }

  /** The repetitions of one model. */
  private static final class Series {

    private final Path file;
    private final Requests requests;
    private final double[] prompts = new double[REPETITIONS];
    private final double[] wholes = new double[REPETITIONS];

    Series(Path file, Requests requests) {
      this.file = file;
      this.requests = requests;
    }

    void measure(int repetition) throws IOException {
      prompts[repetition] = requests.seconds(file, 1);
      wholes[repetition] = requests.seconds(file, requests.outputTokens());
    }

    Times times() {
      return new Times(usual(prompts), usual(wholes));
    }

    private static double usual(double[] seconds) {
      double[] sorted = seconds.clone();
      Arrays.sort(sorted);
      return RelativeErrors.quantile(sorted, QUARTILE);
    }
  }
}
