package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import java.util.List;

/**
 * Times of a model's operations on one GPU.
 *
 * @param kernels times of single kernels
 * @param format number formats of the model
 * @param gpus that share it
 */
record KernelPrices(KernelTimes kernels, ServingFormat format, int gpus) {

  Estimate of(List<Operation> operations, Pass pass) {
    Estimate sum = Estimate.ZERO;
    for (Operation operation : operations) {
      sum = sum.plus(of(operation, pass));
    }
    return sum;
  }

  private Estimate of(Operation operation, Pass pass) {
    return switch (operation) {
      case Operation.Gemm(int inputs, int outputs) ->
          of(new KernelCall.Gemm(format.weights(), pass.tokens(), outputs, inputs));
      case Operation.SelfAttention(AttentionShape shape, int window) ->
          of(attention(shape, window, pass));
      case Operation.AllReduce(int elementsPerToken) ->
          allReduce((double) elementsPerToken * pass.tokens());
      case Operation.Experts(int hidden, int channels, int chosen, int experts) ->
          of(
              new KernelCall.Experts(
                  format.weights(), pass.tokens(), hidden, channels, chosen, experts, 1));
      case Operation.Elementwise(long elementsPerToken) ->
          elementwise((double) elementsPerToken * pass.tokens());
    };
  }

  /** The LM head's product, which is never quantised. */
  Estimate head(long rows, int inputs, long outputs) {
    return of(new KernelCall.Gemm(format.head(), rows, outputs, inputs));
  }

  Estimate elementwise(double elements) {
    return of(new KernelCall.Elementwise(elements * format.activations().bytes()));
  }

  /** An all-reduce of this many elements; nothing on one GPU. */
  Estimate allReduce(double elements) {
    return gpus == 1
        ? Estimate.ZERO
        : of(new KernelCall.AllReduce(gpus, elements * format.activations().bytes()));
  }

  private KernelCall attention(AttentionShape shape, int window, Pass pass) {
    return switch (pass) {
      case Pass.Prefill(double sequences, int promptTokens) ->
          new KernelCall.PrefillAttention(shape, sequences, promptTokens, window, format.cache());
      case Pass.Decode(int batch, double contextTokens) ->
          new KernelCall.DecodeAttention(shape, batch, contextTokens, window, format.cache());
    };
  }

  private Estimate of(KernelCall call) {
    return kernels
        .of(call)
        .orElseThrow(() -> new IllegalArgumentException("no coefficients for " + call));
  }
}
