package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.DecodeAttentionCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily;
import io.github.puzzle4j.scoring.cost.kernel.FormulaFamily.Coefficient;
import io.github.puzzle4j.scoring.cost.kernel.GemmCoefficients;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.PrefillAttentionCoefficients;
import java.util.List;

/** The formulas of a profile that can be fitted. */
public final class FormulaSlots {

  private FormulaSlots() {}

  /** All of them, each with the bounds and the start of its coefficients. */
  public static List<FormulaSlot<?>> all() {
    return List.of(
        new FormulaSlot<>(
            "gemm", "bf16", KernelCall.Gemm.class, call -> call.type() == MatrixType.BF16, gemm()),
        new FormulaSlot<>(
            "decode_attention",
            "bf16",
            KernelCall.DecodeAttention.class,
            call -> call.cache() == NumberFormat.BF16 && call.window() == KernelCall.FULL,
            decode()),
        new FormulaSlot<>(
            "prefill_attention",
            "bf16",
            KernelCall.PrefillAttention.class,
            call -> call.cache() == NumberFormat.BF16 && call.window() == KernelCall.FULL,
            prefill()));
  }

  private static FormulaFamily<KernelCall.Gemm> gemm() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("compute_efficiency", 0.7, 0.1, 1),
            new Coefficient("bandwidth_efficiency", 0.8, 0.1, 1),
            new Coefficient("activation_weight", 1, 0.05, 20),
            new Coefficient("launch_microseconds", 3, 0.2, 50),
            new Coefficient("walk_nanoseconds_per_input", 1, 0.01, 20),
            new Coefficient("walk_saturation_inputs", 4000, 100, 1e6),
            new Coefficient("overlap_power", 4, 1, 16)),
        (c, provenance) ->
            new GemmCoefficients(
                c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5), c.get(6), provenance));
  }

  private static FormulaFamily<KernelCall.DecodeAttention> decode() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("bandwidth_efficiency", 0.85, 0.1, 1),
            new Coefficient("resident_speedup", 1.5, 1, 10),
            new Coefficient("launch_microseconds", 8, 0.5, 50),
            new Coefficient("doubling_microseconds", 0.5, 0, 10),
            new Coefficient("doubling_tokens", 500, 10, 1e5),
            new Coefficient("wave_microseconds", 1, 0.01, 50),
            new Coefficient("wave_width_exponent", 1, 0, 3),
            new Coefficient("free_waves", 1, 0, 20),
            new Coefficient("overlap_power", 4, 1, 16)),
        (c, provenance) ->
            new DecodeAttentionCoefficients(
                c.get(0),
                c.get(1),
                c.get(2),
                c.get(3),
                c.get(4),
                c.get(5),
                c.get(6),
                c.get(7),
                c.get(8),
                provenance));
  }

  private static FormulaFamily<KernelCall.PrefillAttention> prefill() {
    return new FormulaFamily<>(
        List.of(
            new Coefficient("compute_efficiency", 0.6, 0.05, 1),
            new Coefficient("bandwidth_efficiency", 0.5, 0.05, 1),
            new Coefficient("width_exponent", 0.5, 0, 2),
            new Coefficient("launch_microseconds", 10, 0.5, 100),
            new Coefficient("wave_microseconds", 1, 0.01, 50),
            new Coefficient("walk_microseconds_per_thousand_tokens", 20, 0.1, 500),
            new Coefficient("overlap_power", 4, 1, 16)),
        (c, provenance) ->
            new PrefillAttentionCoefficients(
                c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5), c.get(6), provenance));
  }
}
