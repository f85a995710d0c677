package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Operation;
import java.util.List;

/** Times of kernels on one GPU, with one engine, at one precision. */
final class KernelPrices {

  private final Datasheet gpu;
  private final int bytesPerElement;
  private final GemmCoefficients gemm;
  private final DecodeAttentionCoefficients decode;
  private final PrefillAttentionCoefficients prefill;
  private final ElementwiseCoefficients elementwise;

  KernelPrices(Datasheet gpu, BackendProfile profile, Precision precision) {
    this.gpu = gpu;
    this.bytesPerElement = precision.bytesPerElement();
    this.gemm = profile.gemm(precision);
    this.decode = profile.decodeAttention(precision);
    this.prefill = profile.prefillAttention(precision);
    this.elementwise = profile.elementwise();
  }

  Estimate of(List<Operation> operations, Pass pass) {
    return operations.stream()
        .map(operation -> of(operation, pass))
        .reduce(Estimate.ZERO, Estimate::plus);
  }

  private Estimate of(Operation operation, Pass pass) {
    return switch (operation) {
      case Operation.Gemm(int inputs, int outputs) -> gemm(pass.tokens(), inputs, outputs);
      case Operation.SelfAttention(AttentionShape shape) -> attention(shape, pass);
      case Operation.Elementwise(long elementsPerToken) ->
          elementwise((double) elementsPerToken * pass.tokens());
    };
  }

  Estimate gemm(long rows, int inputs, int outputs) {
    return Estimate.of(gemm.seconds(gpu, rows, outputs, inputs), gemm.provenance());
  }

  Estimate elementwise(double elements) {
    return Estimate.of(
        elementwise.seconds(gpu, elements * bytesPerElement), elementwise.provenance());
  }

  private Estimate attention(AttentionShape shape, Pass pass) {
    return switch (pass) {
      case Pass.Prefill(double sequences, int promptTokens) ->
          Estimate.of(prefill.seconds(gpu, shape, sequences, promptTokens), prefill.provenance());
      case Pass.Decode(int batch, double contextTokens) ->
          Estimate.of(decode.seconds(gpu, shape, batch, contextTokens), decode.provenance());
    };
  }
}
