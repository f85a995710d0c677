package io.github.puzzle4j.blocklib.arch;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A norm and one square matrix in place of attention: every token attends only to itself. No KV
 * cache. The matrix is replicated on each GPU, as TensorRT-LLM loads it; there is no all-reduce.
 */
public record LinearAttention() implements Attention {

  public static final String MATRIX = "self_attn.linear_attn.weight";

  @Override
  public String id() {
    return "linear";
  }

  @Override
  public Optional<KvCache> cache() {
    return Optional.empty();
  }

  @Override
  public long matrixParameters(int hiddenSize, int gpus) {
    return (long) hiddenSize * hiddenSize;
  }

  @Override
  public long otherParameters(int hiddenSize, int gpus) {
    return hiddenSize;
  }

  @Override
  public List<Operation> operations(int hiddenSize, int gpus) {
    return Operation.ofMatrix(hiddenSize);
  }

  @Override
  public Optional<String> objection(int gpus) {
    return Optional.empty();
  }

  @Override
  public SequencedMap<String, List<Long>> tensors(int hiddenSize) {
    return TensorNames.ofMatrix(SoftmaxAttention.NORM, MATRIX, hiddenSize);
  }

  @Override
  public Optional<String> objectionToBecoming(Attention other) {
    return switch (other) {
      case LinearAttention _, NoAttention _ -> Optional.empty();
      case SoftmaxAttention _ -> Unfit.of(other, this);
    };
  }
}
