package io.github.puzzle4j.blocklib.tensor.djl;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import io.github.puzzle4j.blocklib.tensor.engine.Attended;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Softmax attention by PyTorch's kernel for processors, which wants as many KV heads as heads. */
record DjlAttention(Module module) {

  /**
   * What the backward pass reads.
   *
   * @param sums logarithms of the sums of the softmax
   */
  private record Result(NativeTensor output, NativeTensor sums) implements Attended {

    @Override
    public void close() {
      output.close();
      sums.close();
    }
  }

  Attended forward(
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal) {
    try (NativeTensor keys = spread(key, query);
        NativeTensor values = spread(value, query)) {
      List<NativeTensor> arguments = new ArrayList<>(List.of(query, keys, values));
      mask.ifPresent(arguments::add);
      NDList results = module.call(name(mask, causal), arguments.toArray(NativeTensor[]::new));
      return new Result(of(results, 0), of(results, 1));
    }
  }

  List<NativeTensor> backward(
      NativeTensor gradient,
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      Optional<NativeTensor> mask,
      boolean causal,
      Attended attended) {
    Result result = (Result) attended;
    try (NativeTensor keys = spread(key, query);
        NativeTensor values = spread(value, query)) {
      List<NativeTensor> arguments =
          new ArrayList<>(List.of(gradient, query, keys, values, result.output(), result.sums()));
      mask.ifPresent(arguments::add);
      NDList results =
          module.call(name(mask, causal) + "_backward", arguments.toArray(NativeTensor[]::new));
      return List.of(
          of(results, 0), gathered(of(results, 1), key), gathered(of(results, 2), value));
    }
  }

  private static String name(Optional<NativeTensor> mask, boolean causal) {
    if (mask.isPresent()) {
      return "masked_attention";
    }
    return causal ? "causal_attention" : "open_attention";
  }

  private NativeTensor spread(NativeTensor heads, NativeTensor query) {
    return heads.shape().get(1).equals(query.shape().get(1))
        ? ((DjlTensor) heads).alias()
        : of(module.call("spread", heads, query), 0);
  }

  /** Sums the gradients of the copies of a head. */
  private NativeTensor gathered(NativeTensor gradient, NativeTensor heads) {
    if (gradient.shape().equals(heads.shape())) {
      return gradient;
    }
    try (gradient) {
      return of(module.call("gathered", gradient, heads), 0);
    }
  }

  private static NativeTensor of(NDList results, int index) {
    return new DjlTensor((PtNDArray) results.get(index));
  }
}
