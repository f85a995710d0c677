package io.github.puzzle4j.search.llamacpp;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.LogFormat;
import io.github.puzzle4j.search.bench.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model loaded in llama.cpp whose requests are timed. */
public final class TimedModel implements AutoCloseable {

  /** Spare context for begin and end tokens. */
  private static final int SPARE_TOKENS = 16;

  private static boolean prepared;

  private final LlamaModel model;
  private final int contextTokens;

  private TimedModel(LlamaModel model, int contextTokens) {
    this.model = model;
    this.contextTokens = contextTokens;
  }

  /**
   * Loads a GGUF file.
   *
   * @param contextTokens prompt and answer together at most
   * @param threads of the processor
   */
  public static TimedModel open(Path file, int contextTokens, int threads) throws IOException {
    return new TimedModel(load(file, contextTokens, threads), contextTokens);
  }

  /** Loads a file without timing. */
  static LlamaModel load(Path file, int contextTokens, int threads) throws IOException {
    prepare();
    return new LlamaModel(
        new ModelParameters()
            .setModel(file.toString())
            .setCtxSize(contextTokens + SPARE_TOKENS)
            .setThreads(threads)
            .setThreadsBatch(threads)
            .skipWarmup()
            .disableLog());
  }

  /** By default all processes unpack the library to the same file. */
  private static synchronized void prepare() throws IOException {
    if (!prepared) {
      Path unpacked = Files.createTempDirectory("puzzle4j-llama");
      unpacked.toFile().deleteOnExit();
      System.setProperty("de.kherud.llama.tmpdir", unpacked.toString());
      LlamaModel.setLogger(LogFormat.TEXT, (level, message) -> {});
      prepared = true;
    }
  }

  /**
   * Times of one request.
   *
   * @param promptTokens of the prompt, including the begin token
   * @param promptSeconds until the first token of the answer
   * @param gaps seconds from each token of the answer to the next
   */
  public record Times(int promptTokens, double promptSeconds, List<Double> gaps) {

    public Times {
      gaps = List.copyOf(gaps);
    }

    /** Seconds from one token to the next: the median, which is robust to disturbances. */
    public double tokenSeconds() {
      return Clock.median(gaps);
    }
  }

  /**
   * Runs one request on a {@link RandomModel}.
   *
   * @param promptTokens approximate length; the result has the exact one
   * @param tokens of the answer, at least 2
   */
  public Times request(int promptTokens, int tokens) {
    String prompt = "a".repeat(Math.max(1, promptTokens - 1));
    int read = model.encode(prompt).length + 1;
    if (read + tokens > contextTokens + SPARE_TOKENS) {
      throw new IllegalArgumentException(
          "%d + %d tokens are more than %d".formatted(read, tokens, contextTokens));
    }
    InferenceParameters parameters =
        new InferenceParameters(prompt)
            .setCachePrompt(false)
            .setTemperature(0)
            .setIgnoreEos(true)
            .disableTokenIds(RandomModel.silentTokens())
            .setNPredict(tokens);
    long begin = System.nanoTime();
    LlamaIterator answer = model.generate(parameters).iterator();
    long[] arrivals = new long[tokens];
    for (int token = 0; token < tokens; token++) {
      answer.next();
      arrivals[token] = System.nanoTime();
    }
    while (answer.hasNext()) {
      answer.next();
    }
    List<Double> gaps = new ArrayList<>();
    for (int token = 1; token < tokens; token++) {
      gaps.add(seconds(arrivals[token] - arrivals[token - 1]));
    }
    return new Times(read, seconds(arrivals[0] - begin), gaps);
  }

  private static double seconds(long nanoseconds) {
    return nanoseconds * 1e-9;
  }

  @Override
  public void close() {
    model.close();
  }
}
