package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A removed FFN: only the residual connection. */
public record NoFfn() implements Ffn {

  @Override
  public String id() {
    return "noop";
  }

  @Override
  public int channelsPerToken() {
    return 0;
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
  public Optional<String> objectionToBecoming(Ffn other) {
    return switch (other) {
      case NoFfn _ -> Optional.empty();
      case GatedFfn _, ExpertsFfn _, LinearFfn _ -> Unfit.of(other, this);
    };
  }
}
