package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A matrix that is stored in fewer bits, in several tensors. */
sealed interface RoundedWeight permits ScaledWeight, PackedWeight {

  /** A matrix in the layout that {@link RoundedTensors} gives. */
  static RoundedWeight of(String name, List<Long> shape, TensorSource stored) throws IOException {
    Optional<PackedWeight> packed = PackedWeight.find(name, shape, stored);
    return packed.isPresent() ? packed.get() : ScaledWeight.of(name, stored, Quantization.PLAIN);
  }

  /** Full names of the tensors that are stored for it. */
  List<String> stored();

  /** Type and shape of the values. */
  TensorSpec spec();

  /** The values, in new memory. */
  Tensor values(TensorSource source) throws IOException;
}
