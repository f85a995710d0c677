package io.github.puzzle4j.blocklib.arch;

import java.util.List;
import java.util.Optional;

/**
 * What an attention and an FFN variant have in common: a name, a size, and work to do.
 *
 * <p>Where several GPUs share a model by tensor parallelism, sizes and work are those of one of
 * them. What {@link #objection} objects to has none, and asking for them is a programming error.
 */
public interface Subblock {

  /** Stable name, unique within its kind: part of file names, candidates and reports. */
  String id();

  /** Numbers in matrices that each of {@code gpus} GPUs holds: what may be stored quantised. */
  long matrixParameters(ModelConfig config, int gpus);

  /** All other numbers that each GPU holds, such as norms, biases and routers: never quantised. */
  long otherParameters(ModelConfig config, int gpus);

  /** The kernels of one forward pass on one GPU, in order; empty where nothing is left. */
  List<Operation> operations(ModelConfig config, int gpus);

  /** Why engines do not divide this subblock among so many GPUs; empty if they do. */
  Optional<String> objection(ModelConfig config, int gpus);

  /** Trainable numbers of this subblock, its norm included. */
  default long parameters(ModelConfig config) {
    return matrixParameters(config, 1) + otherParameters(config, 1);
  }

  /** The kernels of one forward pass where one GPU holds the model. */
  default List<Operation> operations(ModelConfig config) {
    return operations(config, 1);
  }
}
