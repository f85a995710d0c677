package io.github.puzzle4j.scoring.cost.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionFormulasTest {

  private static final double SAME = 1e-9;

  /**
   * Reference values of the Python formulas that the coefficients were fitted with: {@code
   * fit_attention.py}.
   */
  @ParameterizedTest
  @CsvFileSource(resources = "attention.csv", numLinesToSkip = 1)
  void timesEqualThePythonFormula(
      String target,
      String call,
      String cache,
      int heads,
      int kvHeads,
      int width,
      int batch,
      int tokens,
      int window,
      double seconds,
      double secondsAlone)
      throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    BackendProfile profile = gpu.backend("vllm");
    AttentionKernel kernel = AttentionKernel.of(cache + "/" + width);
    AttentionShape shape = new AttentionShape(heads, kvHeads, width);
    switch (call) {
      case "decode" ->
          assertSame(
              Objects.requireNonNull(profile.decodeAttention().get(kernel)),
              new KernelCall.DecodeAttention(shape, batch, tokens, window, kernel.cache()),
              gpu,
              seconds,
              secondsAlone);
      case "prefill" ->
          assertSame(
              Objects.requireNonNull(profile.prefillAttention().get(kernel)),
              new KernelCall.PrefillAttention(shape, batch, tokens, window, kernel.cache()),
              gpu,
              seconds,
              secondsAlone);
      default ->
          assertSame(
              Objects.requireNonNull(profile.allReduce().get(batch)),
              new KernelCall.AllReduce(batch, tokens),
              gpu,
              seconds,
              secondsAlone);
    }
  }

  private static <C extends KernelCall> void assertSame(
      KernelFormula<C> formula, C call, GpuTarget gpu, double seconds, double secondsAlone) {
    assertThat(formula.seconds(gpu.datasheet(), call) / seconds).isCloseTo(1, within(SAME));
    assertThat(formula.secondsAlone(gpu.datasheet(), call) / secondsAlone)
        .isCloseTo(1, within(SAME));
  }

  @Test
  void moreTokensRequestsOrKvHeadsNeverCostLess() throws IOException {
    for (String name : List.of("h100-sxm", "h200-sxm", "b200-sxm")) {
      GpuTarget gpu = GpuTargets.load(name);
      PredictedKernels kernels = new PredictedKernels(gpu.datasheet(), gpu.backend("vllm"));
      for (int window : new int[] {KernelCall.FULL, 128, 4096}) {
        for (NumberFormat cache : List.of(NumberFormat.BF16, NumberFormat.FP8)) {
          for (int width : new int[] {64, 80, 128, 256}) {
            assertGrows(kernels, n -> decode(8, width, n, 3000, window, cache), 1, 2, 3, 64, 999);
            assertGrows(
                kernels, n -> decode(8, width, 16, n, window, cache), 1, 127, 128, 129, 5000);
            assertGrows(
                kernels, n -> decode(n, width, 16, 3000, window, cache), 1, 2, 4, 8, 16, 32);
            assertGrows(kernels, n -> prefill(8, width, n, 3000, window, cache), 1, 2, 3, 64);
            assertGrows(
                kernels, n -> prefill(8, width, 2, n, window, cache), 1, 128, 129, 999, 4097);
            assertGrows(
                kernels, n -> prefill(n, width, 2, 3000, window, cache), 1, 2, 4, 8, 16, 32);
          }
        }
      }
      assertGrows(kernels, n -> new KernelCall.AllReduce(8, 4096.0 * n), 1, 2, 99, 4096, 65536);
    }
  }

  private static KernelCall decode(
      int kvHeads, int width, int batch, int context, int window, NumberFormat cache) {
    return new KernelCall.DecodeAttention(
        new AttentionShape(32, kvHeads, width), batch, context, window, cache);
  }

  private static KernelCall prefill(
      int kvHeads, int width, int prompts, int tokens, int window, NumberFormat cache) {
    return new KernelCall.PrefillAttention(
        new AttentionShape(32, kvHeads, width), prompts, tokens, window, cache);
  }

  private static void assertGrows(
      PredictedKernels kernels, Function<Integer, KernelCall> call, int... sizes) {
    double before = 0;
    for (int size : sizes) {
      double seconds = kernels.of(call.apply(size)).orElseThrow().seconds();
      assertThat(seconds).as("%s", call.apply(size)).isGreaterThanOrEqualTo(before);
      before = seconds;
    }
  }

  @Test
  void aWindowCostsLessThanALongContext() throws IOException {
    for (GpuTarget gpu : GpuTargets.all()) {
      PredictedKernels kernels = new PredictedKernels(gpu.datasheet(), gpu.backend("vllm"));
      assertThat(seconds(kernels, decode(8, 128, 64, 16_384, 1024, NumberFormat.BF16)))
          .isLessThan(0.5 * seconds(kernels, decode(8, 128, 64, 16_384, 0, NumberFormat.BF16)));
      assertThat(seconds(kernels, prefill(8, 128, 4, 16_384, 1024, NumberFormat.BF16)))
          .isLessThan(0.5 * seconds(kernels, prefill(8, 128, 4, 16_384, 0, NumberFormat.BF16)));
    }
  }

  @Test
  void headsRunInTheNextWiderKernelIfThereIsOne() throws IOException {
    GpuTarget gpu = GpuTargets.load("b200-sxm");
    PredictedKernels kernels = new PredictedKernels(gpu.datasheet(), gpu.backend("vllm"));
    KernelCall narrow = decode(8, 96, 4, 512, KernelCall.FULL, NumberFormat.BF16);
    assertThat(kernels.of(narrow).orElseThrow().p90Error())
        .isCloseTo(
            Objects.requireNonNull(
                    gpu.backend("vllm")
                        .decodeAttention()
                        .get(new AttentionKernel(NumberFormat.BF16, 128)))
                .provenance()
                .p90(),
            within(SAME));
    assertThat(kernels.of(decode(8, 1024, 4, 512, KernelCall.FULL, NumberFormat.BF16))).isEmpty();
    assertThat(kernels.of(decode(8, 128, 4, 512, KernelCall.FULL, NumberFormat.NVFP4))).isEmpty();
  }

  @Test
  void allReduceIsFreeOnOneGpuAndUnknownAboveTheMeasuredNumber() throws IOException {
    GpuTarget gpu = GpuTargets.load("h100-sxm");
    PredictedKernels kernels = new PredictedKernels(gpu.datasheet(), gpu.backend("vllm"));
    assertThat(seconds(kernels, new KernelCall.AllReduce(1, 1e6))).isZero();
    assertThat(seconds(kernels, new KernelCall.AllReduce(3, 1e6)))
        .isLessThan(seconds(kernels, new KernelCall.AllReduce(4, 1e6)));
    assertThat(kernels.of(new KernelCall.AllReduce(16, 1e6))).isEmpty();
  }

  private static double seconds(PredictedKernels kernels, KernelCall call) {
    return kernels.of(call).orElseThrow().seconds();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bf16", "bf16/", "bf17/128", "bf16/128/1", "bf16/0", "bf16/-1"})
  void invalidAttentionKernelsAreRejected(String text) {
    assertThatThrownBy(() -> AttentionKernel.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'%s' must be a format of the cache, a slash and the widest head, such as bf16/128",
            text);
  }
}
