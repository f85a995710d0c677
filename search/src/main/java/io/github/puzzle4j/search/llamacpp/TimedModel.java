package io.github.puzzle4j.search.llamacpp;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import io.github.puzzle4j.search.bench.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A model loaded in llama.cpp whose requests are timed. */
public final class TimedModel implements AutoCloseable {

  /** Spare context for begin and end tokens. */
  private static final int SPARE_TOKENS = 16;

  private final LlamaModel model;
  private final int contextTokens;

  /** Threads of the system, since waiting in llama.cpp would pin virtual ones. */
  private final ExecutorService clients = Executors.newCachedThreadPool();

  private TimedModel(LlamaModel model, int contextTokens) {
    this.model = model;
    this.contextTokens = contextTokens;
  }

  /**
   * Loads a GGUF file for one request at a time.
   *
   * @param contextTokens prompt and answer together at most
   * @param threads of the processor
   */
  public static TimedModel open(Path file, int contextTokens, int threads) throws IOException {
    return open(file, contextTokens, 1, threads);
  }

  /**
   * Loads a GGUF file.
   *
   * @param contextTokens prompt and answer of a request together at most
   * @param requests that are served together
   * @param threads of the processor
   */
  public static TimedModel open(Path file, int contextTokens, int requests, int threads)
      throws IOException {
    LlamaLibrary.load();
    ModelParameters parameters =
        new ModelParameters()
            .setModel(file.toString())
            .setCtxSize(requests * (contextTokens + SPARE_TOKENS))
            .setParallel(requests)
            .setThreads(threads)
            .setThreadsBatch(threads)
            .skipWarmup()
            .disableLog();
    return new TimedModel(RunningRequests.run(() -> new LlamaModel(parameters)), contextTokens);
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
    InferenceParameters parameters = randomRequest(promptTokens, tokens);
    long begin = System.nanoTime();
    long[] arrivals = arrivals(parameters, tokens);
    List<Double> gaps = new ArrayList<>();
    for (int token = 1; token < tokens; token++) {
      gaps.add(seconds(arrivals[token] - arrivals[token - 1]));
    }
    return new Times(tokensOf(randomPrompt(promptTokens)), seconds(arrivals[0] - begin), gaps);
  }

  private static String randomPrompt(int tokens) {
    return "a".repeat(Math.max(1, tokens - 1));
  }

  /** A request in the answer to which every token is seen, since each is text of its own. */
  private InferenceParameters randomRequest(int promptTokens, int tokens) {
    String prompt = randomPrompt(promptTokens);
    int read = tokensOf(prompt);
    if (read + tokens > contextTokens + SPARE_TOKENS) {
      throw new IllegalArgumentException(
          "%d + %d tokens are more than %d".formatted(read, tokens, contextTokens));
    }
    return parameters(prompt, tokens).disableTokenIds(RandomModel.silentTokens());
  }

  private static InferenceParameters parameters(String prompt, int tokens) {
    return new InferenceParameters(prompt)
        .setCachePrompt(false)
        .setTemperature(0)
        .setIgnoreEos(true)
        .setNPredict(tokens);
  }

  /** When each token of an answer arrived. */
  private long[] arrivals(InferenceParameters parameters, int tokens) {
    return RunningRequests.run(() -> {
      LlamaIterator answer = model.generate(parameters).iterator();
      long[] arrivals = new long[tokens];
      for (int token = 0; token < tokens; token++) {
        answer.next();
        arrivals[token] = System.nanoTime();
      }
      while (answer.hasNext()) {
        answer.next();
      }
      return arrivals;
    });
  }

  /**
   * Seconds from one token of each request to the next while all of them are answered: the median
   * over requests and tokens, on a {@link RandomModel}.
   *
   * @param requests served together
   * @param promptTokens approximate length of each
   * @param tokens of each answer, at least 2
   * @return empty if the answers are so short that they are not given at the same time
   */
  public OptionalDouble tokenSecondsTogether(int requests, int promptTokens, int tokens)
      throws IOException {
    List<Future<long[]>> running = new ArrayList<>();
    for (int request = 0; request < requests; request++) {
      InferenceParameters parameters = randomRequest(promptTokens, tokens);
      running.add(clients.submit(() -> arrivals(parameters, tokens)));
    }
    List<long[]> arrivals = new ArrayList<>();
    for (Future<long[]> request : running) {
      arrivals.add(finished(request));
    }
    long allBegan = arrivals.stream().mapToLong(times -> times[0]).max().orElseThrow();
    long oneEnded = arrivals.stream().mapToLong(times -> times[tokens - 1]).min().orElseThrow();
    List<Double> gaps = new ArrayList<>();
    for (long[] times : arrivals) {
      for (int token = 1; token < tokens; token++) {
        if (times[token - 1] >= allBegan && times[token] <= oneEnded) {
          gaps.add(seconds(times[token] - times[token - 1]));
        }
      }
    }
    return gaps.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Clock.median(gaps));
  }

  /**
   * Seconds that some equal requests to any model take together, from the first to the end of the
   * last.
   *
   * @param prompt of each
   * @param tokens of each answer
   */
  public double seconds(int requests, String prompt, int tokens) throws IOException {
    InferenceParameters parameters = parameters(prompt, tokens);
    long begin = System.nanoTime();
    List<Future<Integer>> running = new ArrayList<>();
    for (int request = 0; request < requests; request++) {
      running.add(
          clients.submit(() -> RunningRequests.run(() -> model.complete(parameters).length())));
    }
    for (Future<Integer> request : running) {
      finished(request);
    }
    return seconds(System.nanoTime() - begin);
  }

  /** A prompt of words of about so many tokens, the begin token included. */
  public String prompt(int tokens) {
    StringBuilder words = new StringBuilder("the");
    while (tokensOf(words.toString()) < tokens) {
      int missing = tokens - tokensOf(words.toString());
      words.append(" the".repeat(Math.max(1, missing / 2)));
    }
    return words.toString();
  }

  /** Tokens that are read for a prompt, with the begin token. */
  public int tokensOf(String prompt) {
    return RunningRequests.run(() -> model.encode(prompt).length) + 1;
  }

  private static <T> T finished(Future<T> request) throws IOException {
    try {
      return request.get();
    } catch (ExecutionException failure) {
      throw new IOException("llama.cpp: " + failure.getCause(), failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while llama.cpp answered");
    }
  }

  private static double seconds(long nanoseconds) {
    return nanoseconds * 1e-9;
  }

  @Override
  public void close() {
    clients.close();
    RunningRequests.run(model::close);
  }
}
