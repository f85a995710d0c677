package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.util.List;

/** Times of operations on one GPU, with one engine, at one precision. */
record KernelPrices(KernelTimes kernels, NumberFormat format) {

  Estimate of(List<Operation> operations, Pass pass) {
    return operations.stream()
        .map(operation -> of(operation, pass))
        .reduce(Estimate.ZERO, Estimate::plus);
  }

  private Estimate of(Operation operation, Pass pass) {
    return switch (operation) {
      case Operation.Gemm(int inputs, int outputs) -> gemm(pass.tokens(), inputs, outputs);
      case Operation.SelfAttention(AttentionShape shape, int window) ->
          of(attention(shape, window, pass));
      case Operation.AllReduce(int _) ->
          throw new IllegalArgumentException("one GPU sums with no other");
      case Operation.Experts(int hidden, int channels, int chosen, int experts) ->
          of(
              new KernelCall.Experts(
                  MatrixType.BF16, pass.tokens(), hidden, channels, chosen, experts, 1));
      case Operation.Elementwise(long elementsPerToken) ->
          elementwise((double) elementsPerToken * pass.tokens());
    };
  }

  Estimate gemm(long rows, int inputs, int outputs) {
    return of(new KernelCall.Gemm(MatrixType.BF16, rows, outputs, inputs));
  }

  Estimate elementwise(double elements) {
    return of(new KernelCall.Elementwise(elements * format.bytes()));
  }

  private KernelCall attention(AttentionShape shape, int window, Pass pass) {
    return switch (pass) {
      case Pass.Prefill(double sequences, int promptTokens) ->
          new KernelCall.PrefillAttention(shape, sequences, promptTokens, window, format);
      case Pass.Decode(int batch, double contextTokens) ->
          new KernelCall.DecodeAttention(shape, batch, contextTokens, window, format);
    };
  }

  private Estimate of(KernelCall call) {
    return kernels
        .of(call)
        .orElseThrow(() -> new IllegalArgumentException("no coefficients for " + call));
  }
}
