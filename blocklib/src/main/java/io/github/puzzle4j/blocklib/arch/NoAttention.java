package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Removed attention: only the residual connection. */
public record NoAttention() implements Attention {

  @Override
  public String id() {
    return "noop";
  }

  @Override
  public Optional<KvCache> cache() {
    return Optional.empty();
  }

  @Override
  public long matrixParameters(int hiddenSize, int gpus) {
    return 0;
  }

  @Override
  public long otherParameters(int hiddenSize, int gpus) {
    return 0;
  }

  @Override
  public List<Operation> operations(int hiddenSize, int gpus) {
    return List.of();
  }

  @Override
  public Optional<String> objection(int gpus) {
    return Optional.empty();
  }

  @Override
  public SequencedMap<String, List<Long>> tensors(int hiddenSize) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
  }

  @Override
  public Optional<String> objectionToBecoming(Attention other) {
    return switch (other) {
      case NoAttention _ -> Optional.empty();
      case SoftmaxAttention _, LinearAttention _ -> Unfit.of(other, this);
    };
  }
}
