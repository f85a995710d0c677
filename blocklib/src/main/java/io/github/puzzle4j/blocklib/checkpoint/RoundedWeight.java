package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.util.List;

/** A matrix that is stored in fewer bits, in several tensors. */
sealed interface RoundedWeight permits ScaledWeight, PackedWeight {

  /** Full names of the tensors that are stored for it. */
  List<String> stored();

  /** Type and shape of the values. */
  TensorSpec spec();

  /** The values, in new memory. */
  Tensor values(TensorSource source) throws IOException;
}
