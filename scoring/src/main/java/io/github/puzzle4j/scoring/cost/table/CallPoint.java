package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/**
 * A call split into parts that must match exactly and sizes that can be interpolated.
 *
 * @param shape equal for calls of the same kernel on tensors that differ only in the two sizes
 * @param first rows, requests, bytes or tokens
 * @param second tokens of context or prompt; 1 if not applicable
 */
record CallPoint(KernelCall shape, double first, double second) {

  static CallPoint of(KernelCall call) {
    return switch (call) {
      case KernelCall.Gemm it ->
          new CallPoint(new KernelCall.Gemm(it.type(), 1, it.outputs(), it.inputs()), it.rows(), 1);
      case KernelCall.PrefillAttention it ->
          new CallPoint(
              new KernelCall.PrefillAttention(it.heads(), 1, 1, it.window(), it.cache()),
              it.sequences(),
              it.tokens());
      case KernelCall.DecodeAttention it ->
          new CallPoint(
              new KernelCall.DecodeAttention(it.heads(), 1, 1, it.window(), it.cache()),
              it.batch(),
              it.context());
      case KernelCall.Elementwise it -> new CallPoint(new KernelCall.Elementwise(1), it.bytes(), 1);
      case KernelCall.AllReduce it ->
          new CallPoint(new KernelCall.AllReduce(it.gpus(), 1), it.bytes(), 1);
      case KernelCall.Experts it ->
          new CallPoint(
              new KernelCall.Experts(
                  it.type(),
                  1,
                  it.hidden(),
                  it.channels(),
                  it.chosen(),
                  it.experts(),
                  it.expertParallel()),
              it.tokens(),
              1);
    };
  }
}
