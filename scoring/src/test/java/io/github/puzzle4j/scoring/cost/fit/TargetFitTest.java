package io.github.puzzle4j.scoring.cost.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.table.KernelTable;
import io.github.puzzle4j.scoring.cost.table.MeasuredCall;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetFitTest {

  private GpuTarget h100;

  @BeforeEach
  void load() throws IOException {
    h100 = GpuTargets.load("h100-sxm");
  }

  private static final AttentionKernel KERNEL = new AttentionKernel(NumberFormat.BF16, 128);

  private static KernelFormula<? super KernelCall.PrefillAttention> prefill(GpuTarget target)
      throws IOException {
    return Objects.requireNonNull(target.backend("vllm").prefillAttention().get(KERNEL));
  }

  private static KernelCall.PrefillAttention call(Random random) {
    int kvHeads = 1 << random.nextInt(4);
    return new KernelCall.PrefillAttention(
        new AttentionShape(kvHeads << random.nextInt(4), kvHeads, 128),
        1 << random.nextInt(6),
        16L << random.nextInt(10),
        KernelCall.FULL,
        NumberFormat.BF16);
  }

  private static KernelFormula<? super KernelCall.DecodeAttention> decode(GpuTarget target)
      throws IOException {
    return Objects.requireNonNull(target.backend("vllm").decodeAttention().get(KERNEL));
  }

  /** Times predicted by the bundled profile, with noise of 2 % and some outliers. */
  private KernelTable table(int rows) throws IOException {
    Random random = new Random(1);
    KernelFormula<? super KernelCall.PrefillAttention> truth = prefill(h100);
    List<MeasuredCall> calls = new ArrayList<>();
    for (int row = 1; row <= rows; row++) {
      KernelCall.PrefillAttention call = call(random);
      double noise = Math.exp(0.02 * random.nextGaussian()) * (random.nextInt(20) == 0 ? 2 : 1);
      double seconds = truth.secondsAlone(h100.datasheet(), call) * noise;
      calls.add(
          new MeasuredCall(
              call, seconds, "context_attention", "bfloat16", "fa3", "t/prefill.csv", row));
    }
    return new KernelTable(calls, Map.of("eager", 3));
  }

  private TargetFit fit(TargetFit.Request request, KernelTable table) throws IOException {
    return TargetFit.of(request, table, FormulaSlots.all(), done -> {});
  }

  private TargetFit.Request request(String version) {
    return new TargetFit.Request(h100, TargetFit.Gpu.of(h100), "mine", "vllm", version, 5);
  }

  @Test
  void profilesAreRecoveredFromTheirNoisyTimes() throws IOException {
    TargetFit fit = fit(request("9.9"), table(600));
    KernelFormula<? super KernelCall.PrefillAttention> truth = prefill(h100);
    KernelFormula<? super KernelCall.PrefillAttention> found = prefill(fit.target());
    Random random = new Random(2);
    for (int count = 0; count < 100; count++) {
      KernelCall.PrefillAttention unseen = call(random);
      assertThat(found.secondsAlone(h100.datasheet(), unseen))
          .isBetween(
              0.96 * truth.secondsAlone(h100.datasheet(), unseen),
              1.04 * truth.secondsAlone(h100.datasheet(), unseen));
    }
    assertThat(fit.operations())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.operation()).isEqualTo("context_attention");
          assertThat(it.heldOut().rows()).isEqualTo(600);
          assertThat(it.heldOut().median()).isBetween(0.01, 0.03);
        });
    assertThat(fit.skipped()).isEqualTo(Map.of("eager", 3));
  }

  @Test
  void fittedAndTransferredFormulasAreMarked() throws IOException {
    GpuTarget target = fit(request("9.9"), table(200)).target();
    assertThat(target.backend("vllm").version()).isEqualTo("9.9");
    assertThat(prefill(target).provenance())
        .isInstanceOfSatisfying(
            Provenance.Fitted.class,
            it -> {
              assertThat(it.source()).isEqualTo("prefill.csv");
              assertThat(it.rows()).isEqualTo(200);
            });
    Provenance before = decode(h100).provenance();
    assertThat(decode(target).provenance())
        .isInstanceOfSatisfying(
            Provenance.Transferred.class,
            it -> {
              assertThat(it.from()).startsWith("h100-sxm, vllm");
              assertThat(it.p90()).isGreaterThan(before.p90());
            });
  }

  @Test
  void otherCoefficientsOfTheSameEngineAndGpuAreKept() throws IOException {
    String version = h100.backend("vllm").version();
    GpuTarget target = fit(request(version), table(200)).target();
    assertThat(target.backend("vllm").decodeAttention())
        .isEqualTo(h100.backend("vllm").decodeAttention());
  }

  @Test
  void unmeasuredGpusHaveTransferredCoefficients() throws IOException {
    Datasheet sheet =
        new Datasheet(
            Map.of(NumberFormat.BF16, 3e14), 48L << 30, 9e11, 0, 96_000_000, 142, "its maker");
    TargetFit.Request request =
        new TargetFit.Request(
            h100, new TargetFit.Gpu("Mine", "ada", sheet), "mine", "vllm", "0.24.0", 5);
    GpuTarget target = fit(request, new KernelTable(List.of(), Map.of())).target();
    assertThat(target.datasheet()).isEqualTo(sheet);
    assertThat(prefill(target).provenance()).isInstanceOf(Provenance.Transferred.class);
  }

  @Test
  void allReduceRowsAreSkippedWithoutALink() throws IOException {
    Datasheet unlinked =
        new Datasheet(
            Map.of(NumberFormat.BF16, 3e14), 48L << 30, 9e11, 0, 96_000_000, 142, "its maker");
    List<MeasuredCall> calls = new ArrayList<>(table(200).calls());
    for (int row = 1; row <= 50; row++) {
      calls.add(
          new MeasuredCall(
              new KernelCall.AllReduce(2, 1024.0 * row),
              1e-5,
              "all_reduce",
              "bfloat16",
              "",
              "sums.csv",
              row));
    }
    TargetFit.Request request =
        new TargetFit.Request(
            h100, new TargetFit.Gpu("Mine", "ada", unlinked), "mine", "vllm", "9.9", 5);
    assertThat(fit(request, new KernelTable(calls, Map.of())).skipped())
        .isEqualTo(Map.of("the datasheet states no interconnect, which all_reduce needs", 50));
  }

  @Test
  void writtenTargetsCanBeRead() throws IOException {
    GpuTarget target = fit(request("9.9"), table(200)).target();
    byte[] json = Json.mapper().writeValueAsString(target).getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse("mine.json", json, GpuTarget.class)).isEqualTo(target);
  }

  @Test
  void fittedTargetsAreDeterministic() throws IOException {
    assertThat(fit(request("9.9"), table(300))).isEqualTo(fit(request("9.9"), table(300)));
  }

  @Test
  void tooFewRowsAreNotFitted() {
    assertThatThrownBy(() -> fit(request("9.9"), table(5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("too few rows");
  }
}
