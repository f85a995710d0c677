package io.github.puzzle4j.blocklib.arch;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A norm and one square matrix in place of an FFN, replicated on each GPU. */
public record LinearFfn() implements Ffn {

  public static final String MATRIX = "mlp.linear_mlp.weight";

  @Override
  public String id() {
    return "linear";
  }

  @Override
  public int channelsPerToken() {
    return 0;
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
    return TensorNames.ofMatrix(GatedFfn.NORM, MATRIX, hiddenSize);
  }

  @Override
  public Optional<String> objectionToBecoming(Ffn other) {
    return switch (other) {
      case LinearFfn _, NoFfn _ -> Optional.empty();
      case GatedFfn _, ExpertsFfn _ -> Unfit.of(other, this);
    };
  }
}
