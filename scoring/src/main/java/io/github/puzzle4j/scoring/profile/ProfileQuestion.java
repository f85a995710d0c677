package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Model;
import java.time.Duration;
import java.util.List;

/**
 * Settings of a measurement.
 *
 * @param teacher the shape of the model whose variants are timed
 * @param attention attention variants that are timed; others are priced by the same formulas
 * @param ffn FFN variants that are timed
 * @param contexts context lengths of decode passes and prompt lengths
 * @param batches concurrent requests, if the engine supports them
 * @param threads of the processor
 * @param time for all timings of one engine; each piece of work is timed at least three times
 * @param cacheBytes last-level cache; weights must exceed it to be read from memory
 */
public record ProfileQuestion(
    Model teacher,
    List<Attention> attention,
    List<Ffn> ffn,
    List<Integer> contexts,
    List<Integer> batches,
    int threads,
    Duration time,
    long cacheBytes) {

  public ProfileQuestion {
    attention = List.copyOf(attention);
    ffn = List.copyOf(ffn);
    contexts = List.copyOf(contexts);
    batches = List.copyOf(batches);
    if (contexts.isEmpty() || contexts.stream().anyMatch(tokens -> tokens < 1)) {
      throw new IllegalArgumentException("contexts=%s must hold counts over 0".formatted(contexts));
    }
    if (batches.isEmpty() || batches.stream().anyMatch(requests -> requests < 1)) {
      throw new IllegalArgumentException("batches=%s must hold counts over 0".formatted(batches));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads=%d must be at least 1".formatted(threads));
    }
  }
}
