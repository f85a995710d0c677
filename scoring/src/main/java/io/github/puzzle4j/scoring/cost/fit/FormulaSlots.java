package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.AllReduceCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.DecodeAttentionCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.ExpertsCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.GemmCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.PrefillAttentionCoefficients;
import java.util.ArrayList;
import java.util.List;

/** The formulas of a profile that can be fitted. */
public final class FormulaSlots {

  /** Head widths that engines compile attention kernels for, ascending. */
  private static final List<Integer> HEAD_WIDTHS = List.of(64, 128, 192, 256, 512);

  private static final List<NumberFormat> CACHES = List.of(NumberFormat.BF16, NumberFormat.FP8);
  private static final List<Integer> GPUS = List.of(2, 4, 8);

  private FormulaSlots() {}

  /** All formulas, each with bounds and start of its coefficients. */
  public static List<FormulaSlot<?>> all() {
    List<FormulaSlot<?>> slots = new ArrayList<>();
    for (MatrixType type : MatrixType.values()) {
      slots.add(gemm(type));
    }
    for (NumberFormat cache : CACHES) {
      int narrower = 0;
      for (int width : HEAD_WIDTHS) {
        slots.add(decode(new AttentionKernel(cache, width), narrower));
        slots.add(prefill(new AttentionKernel(cache, width), narrower));
        narrower = width;
      }
    }
    GPUS.forEach(gpus -> slots.add(allReduce(gpus)));
    for (MatrixType type : MatrixType.values()) {
      slots.add(experts(type));
    }
    return List.copyOf(slots);
  }

  private static FormulaSlot<KernelCall.Gemm> gemm(MatrixType type) {
    return new FormulaSlot<>(
        "gemm",
        type.id(),
        KernelCall.Gemm.class,
        call -> call.type() == type,
        GemmCoefficients.family(type));
  }

  private static FormulaSlot<KernelCall.DecodeAttention> decode(
      AttentionKernel kernel, int narrower) {
    return new FormulaSlot<>(
        "decode_attention",
        kernel.toString(),
        KernelCall.DecodeAttention.class,
        call -> call.cache() == kernel.cache() && fits(call.heads().headDim(), narrower, kernel),
        DecodeAttentionCoefficients.family());
  }

  private static FormulaSlot<KernelCall.PrefillAttention> prefill(
      AttentionKernel kernel, int narrower) {
    return new FormulaSlot<>(
        "prefill_attention",
        kernel.toString(),
        KernelCall.PrefillAttention.class,
        call -> call.cache() == kernel.cache() && fits(call.heads().headDim(), narrower, kernel),
        PrefillAttentionCoefficients.family());
  }

  private static boolean fits(int headDim, int narrower, AttentionKernel kernel) {
    return headDim > narrower && headDim <= kernel.widestHead();
  }

  private static FormulaSlot<KernelCall.AllReduce> allReduce(int gpus) {
    return new FormulaSlot<>(
        "all_reduce",
        Integer.toString(gpus),
        KernelCall.AllReduce.class,
        call -> call.gpus() == gpus,
        AllReduceCoefficients.family());
  }

  private static FormulaSlot<KernelCall.Experts> experts(MatrixType type) {
    return new FormulaSlot<>(
        "experts",
        type.id(),
        KernelCall.Experts.class,
        call -> call.type() == type,
        ExpertsCoefficients.family());
  }
}
