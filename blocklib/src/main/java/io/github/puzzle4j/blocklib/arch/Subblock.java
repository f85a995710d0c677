package io.github.puzzle4j.blocklib.arch;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One half of a layer: everything that is known of it without its weights. Each kind is one record
 * with its sizes, the operations that it costs, the names and shapes of its tensors, and what it
 * can be turned into.
 *
 * <p>A subblock includes norm, projections and residual. With tensor parallelism, sizes and
 * operations are those of one GPU. Where there is an {@link #objection(int)} to the number of GPUs,
 * requesting them is a programming error.
 */
public sealed interface Subblock permits Attention, Ffn {

  /** Short name for files and people, such as {@code gqa_2}; it is never parsed back. */
  String id();

  /** Elements of the matrices that each of {@code gpus} GPUs holds: what may be quantised. */
  long matrixParameters(int hiddenSize, int gpus);

  /** All other elements that each GPU holds, such as norms, biases and routers: not quantised. */
  long otherParameters(int hiddenSize, int gpus);

  /**
   * The kernels of one forward pass on one GPU, in order; empty for a subblock that does nothing.
   */
  List<Operation> operations(int hiddenSize, int gpus);

  /** Why engines cannot divide this subblock among {@code gpus} GPUs; empty if they can. */
  Optional<String> objection(int gpus);

  /**
   * Names and shapes of the tensors, norm first, by the suffix that follows the layer's prefix in a
   * Hugging Face checkpoint. Matrices are {@code [outputs, inputs]}. A subblock that does nothing
   * has no tensors, not even a norm.
   *
   * @throws IllegalArgumentException if the kind can be described and priced, but not computed
   */
  SequencedMap<String, List<Long>> tensors(int hiddenSize);

  /** Why this kind cannot be trained, evaluated or exported; empty if it can. */
  default Optional<String> objectionToComputing() {
    return Optional.empty();
  }

  /** Trainable elements of this subblock, its norm included. */
  default long parameters(int hiddenSize) {
    return matrixParameters(hiddenSize, 1) + otherParameters(hiddenSize, 1);
  }
}
