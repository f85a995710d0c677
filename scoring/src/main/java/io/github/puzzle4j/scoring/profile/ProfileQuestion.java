package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import java.time.Duration;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param config the teacher's shape
 * @param space variants that are timed; others of the same shape are priced by the same formulas
 * @param contexts tokens before the one that is timed, and lengths of prompts
 * @param batches requests together, where the engine can
 * @param threads of the processor
 * @param time for all timings of one engine; each piece of work is timed three times at least
 * @param cacheBytes last-level cache, which weights must exceed to come from memory
 */
public record ProfileQuestion(
    ModelConfig config,
    SearchSpace space,
    List<Integer> contexts,
    List<Integer> batches,
    int threads,
    Duration time,
    long cacheBytes) {

  public ProfileQuestion {
    contexts = List.copyOf(contexts);
    batches = List.copyOf(batches);
    space.requireFits(config);
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
