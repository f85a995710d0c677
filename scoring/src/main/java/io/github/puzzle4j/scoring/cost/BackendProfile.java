package io.github.puzzle4j.scoring.cost;

import java.util.Map;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * How fast one serving engine's kernels run on one GPU.
 *
 * @param version of the engine whose kernels were measured
 * @param maxBatchedTokens tokens that one prefill step takes; longer work is cut into such steps
 * @param maxSequences requests that the engine runs together at most
 * @param gemm matrix products by precision
 * @param decodeAttention attention of one new token by precision of the KV cache
 * @param prefillAttention attention over prompts by precision of the KV cache
 * @param elementwise kernels that memory traffic bounds
 * @param engine what comes on top of the kernels
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record BackendProfile(
    String version,
    int maxBatchedTokens,
    int maxSequences,
    Map<Precision, GemmCoefficients> gemm,
    Map<Precision, DecodeAttentionCoefficients> decodeAttention,
    Map<Precision, PrefillAttentionCoefficients> prefillAttention,
    ElementwiseCoefficients elementwise,
    EngineCoefficients engine) {

  public BackendProfile {
    Positive.require("max_batched_tokens", maxBatchedTokens);
    Positive.require("max_sequences", maxSequences);
    gemm = Entries.copy("gemm", gemm);
    decodeAttention = Entries.copy("decode_attention", decodeAttention);
    prefillAttention = Entries.copy("prefill_attention", prefillAttention);
  }

  /** Whether every kind of kernel has coefficients for this precision. */
  public boolean supports(Precision precision) {
    return gemm.containsKey(precision)
        && decodeAttention.containsKey(precision)
        && prefillAttention.containsKey(precision);
  }

  /** Matrix products at this precision, which must be {@linkplain #supports supported}. */
  public GemmCoefficients gemm(Precision precision) {
    return of(gemm, precision);
  }

  /** Attention of one new token at this precision, which must be supported. */
  public DecodeAttentionCoefficients decodeAttention(Precision precision) {
    return of(decodeAttention, precision);
  }

  /** Attention over prompts at this precision, which must be supported. */
  public PrefillAttentionCoefficients prefillAttention(Precision precision) {
    return of(prefillAttention, precision);
  }

  private static <C> C of(Map<Precision, C> coefficients, Precision precision) {
    C found = coefficients.get(precision);
    if (found == null) {
      throw new IllegalArgumentException(
          "no coefficients for %s; there are %s"
              .formatted(
                  precision.id(), coefficients.keySet().stream().map(Precision::id).toList()));
    }
    return found;
  }
}
