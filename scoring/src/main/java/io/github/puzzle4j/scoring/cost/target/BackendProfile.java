package io.github.puzzle4j.scoring.cost.target;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.puzzle4j.scoring.cost.kernel.AllReduceCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.DecodeAttentionCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.ElementwiseCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.ExpertsCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.GemmCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.LinearCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.Positive;
import io.github.puzzle4j.scoring.cost.kernel.PrefillAttentionCoefficients;
import java.util.Map;
import java.util.NavigableMap;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Performance of a serving engine's kernels on a GPU.
 *
 * <p>Formulas of GPU kernels have no name in the file; {@code "formula": "linear"} selects {@link
 * LinearCoefficients}, for processors.
 *
 * @param version of the engine whose kernels were measured
 * @param maxBatchedTokens maximum number of tokens of a prefill step; longer work is split
 * @param maxSequences maximum number of concurrent requests
 * @param gemm matrix products by type
 * @param decodeAttention attention of one new token by format of the KV cache and width of a head
 * @param prefillAttention attention over prompts by format of the KV cache and width of a head
 * @param experts layers of experts by type; empty if not measured
 * @param allReduce all-reduce by number of GPUs; empty if not measured
 * @param elementwise memory-bound kernels
 * @param engine overhead of the engine
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record BackendProfile(
    String version,
    int maxBatchedTokens,
    int maxSequences,
    @JsonTypeInfo(
            use = JsonTypeInfo.Id.NAME,
            property = "formula",
            defaultImpl = GemmCoefficients.class)
        @JsonSubTypes({
          @JsonSubTypes.Type(value = GemmCoefficients.class, name = "fitted"),
          @JsonSubTypes.Type(value = LinearCoefficients.class, name = "linear")
        })
        Map<MatrixType, KernelFormula<? super KernelCall.Gemm>> gemm,
    @JsonTypeInfo(
            use = JsonTypeInfo.Id.NAME,
            property = "formula",
            defaultImpl = DecodeAttentionCoefficients.class)
        @JsonSubTypes({
          @JsonSubTypes.Type(value = DecodeAttentionCoefficients.class, name = "fitted"),
          @JsonSubTypes.Type(value = LinearCoefficients.class, name = "linear")
        })
        NavigableMap<AttentionKernel, KernelFormula<? super KernelCall.DecodeAttention>>
            decodeAttention,
    @JsonTypeInfo(
            use = JsonTypeInfo.Id.NAME,
            property = "formula",
            defaultImpl = PrefillAttentionCoefficients.class)
        @JsonSubTypes({
          @JsonSubTypes.Type(value = PrefillAttentionCoefficients.class, name = "fitted"),
          @JsonSubTypes.Type(value = LinearCoefficients.class, name = "linear")
        })
        NavigableMap<AttentionKernel, KernelFormula<? super KernelCall.PrefillAttention>>
            prefillAttention,
    Map<MatrixType, ExpertsCoefficients> experts,
    NavigableMap<Integer, AllReduceCoefficients> allReduce,
    ElementwiseCoefficients elementwise,
    EngineCoefficients engine) {

  public BackendProfile {
    Positive.require("max_batched_tokens", maxBatchedTokens);
    Positive.require("max_sequences", maxSequences);
    gemm = Entries.copy("gemm", gemm);
    decodeAttention = Entries.copy("decode_attention", decodeAttention);
    experts = Entries.copy("experts", experts);
    prefillAttention = Entries.copy("prefill_attention", prefillAttention);
    allReduce = Entries.copy("all_reduce", allReduce);
  }
}
