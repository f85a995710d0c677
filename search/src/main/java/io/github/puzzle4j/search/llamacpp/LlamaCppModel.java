package io.github.puzzle4j.search.llamacpp;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A GGUF file that llama.cpp has loaded in this process: its logits, not its speed. */
public final class LlamaCppModel implements AutoCloseable {

  /** What the library that is bound here knows; it is older than Qwen 3. */
  private static final Set<String> ARCHITECTURES = Set.of("llama", "deci", "qwen2");

  private final LlamaCalls calls;
  private final MemorySegment model;
  private final MemorySegment context;
  private final MemorySegment vocabulary;
  private final int vocabularySize;
  private final int contextTokens;
  private boolean closed;

  private LlamaCppModel(
      LlamaCalls calls, MemorySegment model, MemorySegment context, int contextTokens) {
    this.calls = calls;
    this.model = model;
    this.context = context;
    this.vocabulary = calls.vocabulary(model);
    this.vocabularySize = calls.size(vocabulary);
    this.contextTokens = contextTokens;
  }

  /** Why the library that is bound here cannot load a file; empty if it should. */
  public static Optional<String> objection(Path file) throws IOException {
    LlamaLibrary.load();
    if (!LlamaCalls.areExported()) {
      return Optional.of("the library of this system does not export the functions of llama.cpp");
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      String architecture = gguf.metadata().text(GgufKeys.ARCHITECTURE).orElse("");
      return ARCHITECTURES.contains(architecture)
          ? Optional.empty()
          : Optional.of(
              "the llama.cpp that is bound here is older than the architecture %s"
                  .formatted(architecture));
    }
  }

  /**
   * Loads a file.
   *
   * @param contextTokens of a sequence at most
   * @throws InvalidInputException if llama.cpp refuses it
   */
  public static LlamaCppModel open(Path file, int contextTokens, int threads) throws IOException {
    LlamaLibrary.load();
    LlamaLibrary.listen();
    LlamaCalls calls = new LlamaCalls();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment model = RunningRequests.run(() -> calls.load(arena, file.toString()));
      if (model.address() == 0) {
        throw refusal(file);
      }
      boolean opened = false;
      try {
        MemorySegment context =
            RunningRequests.run(() -> calls.context(arena, model, contextTokens, threads));
        if (context.address() == 0) {
          throw refusal(file);
        }
        opened = true;
        return new LlamaCppModel(calls, model, context, contextTokens);
      } finally {
        if (!opened) {
          calls.freeModel(model);
        }
      }
    }
  }

  private static InvalidInputException refusal(Path file) {
    String error = LlamaLibrary.takeError();
    return new InvalidInputException(
        "llama.cpp does not load %s%s".formatted(file, error.isEmpty() ? "" : ": " + error));
  }

  /** Number of tokens that it knows. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** The tokens that it reads in a text, without a begin token. */
  public int[] tokens(String text) {
    requireOpen();
    return calls.tokens(vocabulary, text);
  }

  /**
   * The LM loss of a sequence: negative log-likelihoods of all tokens but the first, in nats.
   *
   * @param tokens at least two
   * @throws InvalidInputException if llama.cpp cannot compute them
   */
  public double[] losses(int[] tokens) throws InvalidInputException {
    requireOpen();
    calls.forget(context);
    MemorySegment logits = computed(tokens, 0);
    double[] losses = new double[tokens.length - 1];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = logSumOfExponentials(logits, i) - logit(logits, i, tokens[i + 1]);
    }
    return losses;
  }

  /**
   * The likeliest tokens after a prompt, one after the other, with a cache.
   *
   * @param prompt not empty
   * @throws InvalidInputException if llama.cpp cannot compute them
   */
  public List<Integer> continued(int[] prompt, int count) throws InvalidInputException {
    requireOpen();
    calls.forget(context);
    List<Integer> chosen = new ArrayList<>();
    MemorySegment logits = computed(prompt, 0);
    int row = prompt.length - 1;
    while (chosen.size() < count) {
      int likeliest = likeliest(logits, row);
      chosen.add(likeliest);
      if (chosen.size() < count) {
        logits = computed(new int[] {likeliest}, prompt.length + chosen.size() - 1);
        row = 0;
      }
    }
    return List.copyOf(chosen);
  }

  /** Of {@code [tokens, vocabulary]}. */
  private MemorySegment computed(int[] tokens, int position) throws InvalidInputException {
    if (tokens.length == 0 || position + tokens.length > contextTokens) {
      throw new IllegalArgumentException(
          "%d tokens after %d, at most %d".formatted(tokens.length, position, contextTokens));
    }
    for (int token : tokens) {
      if (token < 0 || token >= vocabularySize) {
        throw new IllegalArgumentException("token %d of %d".formatted(token, vocabularySize));
      }
    }
    return calls.logits(context, tokens, position, vocabularySize);
  }

  private float logit(MemorySegment logits, int row, int token) {
    return logits.getAtIndex(JAVA_FLOAT, (long) row * vocabularySize + token);
  }

  private int likeliest(MemorySegment logits, int row) {
    int best = 0;
    for (int token = 1; token < vocabularySize; token++) {
      if (logit(logits, row, token) > logit(logits, row, best)) {
        best = token;
      }
    }
    return best;
  }

  private double logSumOfExponentials(MemorySegment logits, int row) {
    double largest = logit(logits, row, likeliest(logits, row));
    double sum = 0;
    for (int token = 0; token < vocabularySize; token++) {
      sum += Math.exp(logit(logits, row, token) - largest);
    }
    return largest + Math.log(sum);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      RunningRequests.run(() -> {
        calls.freeContext(context);
        calls.freeModel(model);
      });
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }
}
