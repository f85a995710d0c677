package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.torch.AttentionKernel.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Attention by a kernel that suits its operands; heads are spread for kernels that need it. */
final class TorchAttention {

  private final TorchOperations operations;
  private final AttentionChoice choice;

  TorchAttention(TorchOperations operations, AttentionChoice choice) {
    this.operations = operations;
    this.choice = choice;
  }

  Attention forward(
      TorchTensor query,
      TorchTensor key,
      TorchTensor value,
      Optional<TorchTensor> mask,
      boolean causal) {
    try (Prepared rows = new Prepared(operations, query, key, value, mask, causal)) {
      AttentionKernel kernel = choice.of(rows);
      return kernel.forward(rows.scores(kernel));
    }
  }

  List<NativeTensor> backward(
      TorchTensor gradient,
      TorchTensor query,
      TorchTensor key,
      TorchTensor value,
      Optional<TorchTensor> mask,
      boolean causal,
      Attention attended) {
    try (Prepared rows = new Prepared(operations, query, key, value, mask, causal);
        TorchTensor dense = rows.lastAxisDense(gradient)) {
      AttentionKernel kernel = attended.kernel();
      Scores scores = rows.scores(kernel);
      List<TorchTensor> gradients = kernel.backward(dense, scores, attended);
      if (scores.key().size(1) == key.size(1)) {
        return List.copyOf(gradients);
      }
      List<NativeTensor> results = new ArrayList<>();
      results.add(gradients.get(0));
      for (TorchTensor spread : gradients.subList(1, 3)) {
        try (spread) {
          results.add(summed(spread, key.size(1)));
        }
      }
      return results;
    }
  }

  /** Sums the gradients of heads that were copies of one. */
  private TorchTensor summed(TorchTensor gradient, long kvHeads) {
    long[] sizes = gradient.sizes();
    long[] strides = gradient.strides();
    long group = sizes[1] / kvHeads;
    try (TorchTensor groups =
        operations.calls.view(
            gradient,
            new long[] {sizes[0], kvHeads, group, sizes[2], sizes[3]},
            new long[] {strides[0], strides[1] * group, strides[1], strides[2], strides[3]},
            0)) {
      return operations.sum(groups, new Argument.Wholes(2), false);
    }
  }

  /** Chooses a kernel. */
  interface AttentionChoice {

    AttentionKernel of(Prepared operands);
  }

  /** Operands as kernels want them, for the time of a call. */
  static final class Prepared implements AutoCloseable {

    private final TorchOperations operations;
    private final List<TorchTensor> opened = new ArrayList<>();
    final TorchTensor query;
    final TorchTensor key;
    final TorchTensor value;
    final Optional<TorchTensor> mask;
    final boolean causal;

    Prepared(
        TorchOperations operations,
        TorchTensor query,
        TorchTensor key,
        TorchTensor value,
        Optional<TorchTensor> mask,
        boolean causal) {
      this.operations = operations;
      this.query = kept(lastAxisDense(query));
      this.key = kept(lastAxisDense(key));
      this.value = kept(lastAxisDense(value));
      this.mask = mask;
      // A single token sees all there is.
      this.causal = causal && query.size(2) > 1;
    }

    private TorchTensor kept(TorchTensor tensor) {
      opened.add(tensor);
      return tensor;
    }

    /** Kernels want the elements of a head side by side. */
    TorchTensor lastAxisDense(TorchTensor tensor) {
      int last = tensor.rank() - 1;
      return tensor.strides()[last] == 1
          ? operations.calls.alias(tensor)
          : operations.contiguous(tensor);
    }

    private boolean isGrouped() {
      return key.size(1) != query.size(1);
    }

    Scores scores(AttentionKernel kernel) {
      return kernel.groupsHeads() || !isGrouped() ? grouped() : spread();
    }

    /** As they are. */
    Scores grouped() {
      return new Scores(query, key, value, mask, causal);
    }

    /** With keys and values copied to all query heads. */
    Scores spread() {
      return new Scores(query, spread(key), spread(value), mask, causal);
    }

    private TorchTensor spread(TorchTensor heads) {
      if (!isGrouped()) {
        return heads;
      }
      long[] sizes = heads.sizes();
      long[] strides = heads.strides();
      long group = query.size(1) / sizes[1];
      try (TorchTensor repeated =
          operations.calls.view(
              heads,
              new long[] {sizes[0], sizes[1], group, sizes[2], sizes[3]},
              new long[] {strides[0], strides[1], 0, strides[2], strides[3]},
              0)) {
        return kept(operations.reshaped(repeated, sizes[0], query.size(1), sizes[2], sizes[3]));
      }
    }

    @Override
    public void close() {
      opened.forEach(TorchTensor::close);
    }
  }
}
