package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.StringJoiner;

/** Tables of kernels that took as long as the bundled H100 profile says, times a factor. */
final class KernelRows {

  private KernelRows() {}

  static Path write(Path file, int rows, double factor) throws IOException {
    GpuTarget gpu = GpuTargets.load("h100-sxm");
    KernelFormula<? super KernelCall.Gemm> formula =
        Objects.requireNonNull(gpu.backend("vllm").gemm().get(MatrixType.BF16));
    Random random = new Random(1);
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add("op_name,kernel_source,gemm_dtype,m,n,k,latency");
    for (int row = 0; row < rows; row++) {
      KernelCall.Gemm call =
          new KernelCall.Gemm(
              MatrixType.BF16,
              1 + random.nextInt(512),
              128L * (1 + random.nextInt(64)),
              128L * (1 + random.nextInt(64)));
      double milliseconds = 1e3 * factor * formula.secondsAlone(gpu.datasheet(), call);
      lines.add(
          "gemm,cublas,bfloat16,%d,%d,%d,%s"
              .formatted(call.rows(), call.outputs(), call.inputs(), milliseconds));
    }
    lines.add("gemm,cublas,int8_wo,1,128,128,0.1");
    return Files.writeString(file, lines.toString());
  }

  /** Prompts of several lengths, of as few rows as a fit can do with. */
  static Path prompts(Path file, int rows, double factor) throws IOException {
    GpuTarget gpu = GpuTargets.load("h100-sxm");
    PredictedKernels kernels = new PredictedKernels(gpu.datasheet(), gpu.backend("vllm"));
    Random random = new Random(1);
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add(
        "op_name,kernel_source,batch_size,isl,num_heads,num_key_value_heads,head_dim,attn_dtype,"
            + "kv_cache_dtype,step,latency");
    for (int row = 0; row < rows; row++) {
      int kvHeads = 1 << random.nextInt(4);
      AttentionShape heads = new AttentionShape(kvHeads << random.nextInt(4), kvHeads, 128);
      int prompts = 1 << random.nextInt(6);
      int tokens = 16 << random.nextInt(10);
      KernelCall call =
          new KernelCall.PrefillAttention(
              heads, prompts, tokens, KernelCall.FULL, NumberFormat.BF16);
      lines.add(
          "context_attention,fa3,%d,%d,%d,%d,128,bfloat16,bfloat16,0,%s"
              .formatted(
                  prompts,
                  tokens,
                  heads.heads(),
                  heads.kvHeads(),
                  1e3 * factor * kernels.secondsAlone(call).orElseThrow()));
    }
    return Files.writeString(file, lines.toString());
  }
}
