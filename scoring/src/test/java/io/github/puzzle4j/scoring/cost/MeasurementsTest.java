package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.table.KernelTable;
import io.github.puzzle4j.scoring.cost.table.MeasuredCall;
import io.github.puzzle4j.scoring.cost.table.MeasuredKernels;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Part;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Shape;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where measurements are, they count; where they are not, nothing changes. */
class MeasurementsTest {

  private static final Scenario SCENARIO = Scenario.of(2048, 512, 16);
  private static final Ffn WHOLE = new GatedFfn(14_336);
  private static final Ffn HALF = new GatedFfn(7168);
  private static final Attention ATTENTION = SoftmaxAttention.plain(new AttentionShape(32, 8, 128));
  private static final Provenance SOURCE = new Provenance.Measured("a test", 0.03);

  private GpuTarget h100;
  private CostModel predicted;

  @BeforeEach
  void load() throws IOException {
    h100 = GpuTargets.load("h100-sxm");
    predicted = CostModel.of(Teachers.llama8b(), h100, "vllm");
  }

  @Test
  void aMeasuredKernelCountsWhereItHasTheShapeAndNowhereElse() throws IOException {
    KernelCall.Gemm down = new KernelCall.Gemm(MatrixType.BF16, 16, 4096, 14_336);
    double seconds = 1e-3;
    MeasuredCall row = new MeasuredCall(down, seconds, "gemm", "bfloat16", "", "gemm.csv", 1);
    MeasuredKernels kernels = MeasuredKernels.of(new KernelTable(List.of(row), Map.of()));
    CostModel model =
        predicted.with(
            new Measurements(kernels, Measurements.NONE.subblocks(), List.of("gemm.csv")));

    double before =
        new PredictedKernels(h100.datasheet(), h100.backend("vllm"))
            .of(down)
            .orElseThrow()
            .seconds();
    LayerCost cost = model.ffn(WHOLE, SCENARIO);
    LayerCost old = predicted.ffn(WHOLE, SCENARIO);
    assertThat(cost.decodeSeconds() - old.decodeSeconds())
        .isCloseTo(seconds - before, within(1e-12));
    assertThat(cost.prefill()).isEqualTo(old.prefill());
    assertThat(cost.weightBytes()).isEqualTo(old.weightBytes());
    assertThat(model.ffn(WHOLE, SCENARIO.withBatch(17)))
        .isEqualTo(predicted.ffn(WHOLE, SCENARIO.withBatch(17)));
    assertThat(model.ffn(HALF, SCENARIO)).isEqualTo(predicted.ffn(HALF, SCENARIO));
    assertThat(model.attention(ATTENTION, SCENARIO))
        .isEqualTo(predicted.attention(ATTENTION, SCENARIO));
  }

  @Test
  void theTwoPartsOfAMeasuredSubblockReplaceItsOwn() {
    CostModel model = withSubblocks(Map.of(Part.PREFILL, 0.5, Part.DECODE, 2.0));
    LayerCost cost = model.ffn(HALF, SCENARIO);
    assertThat(cost.prefillSeconds()).isEqualTo(0.5);
    assertThat(cost.decodeSeconds()).isCloseTo(2.0 / 512, within(1e-15));
    assertThat(cost.weightBytes()).isEqualTo(predicted.ffn(HALF, SCENARIO).weightBytes());
    assertNothingElseChanged(model);
  }

  @Test
  void oneNumberForBothPartsIsSharedOutAsThePredictionIs() {
    CostModel model = withSubblocks(Map.of(Part.WHOLE, 3.0));
    LayerCost cost = model.ffn(HALF, SCENARIO);
    LayerCost old = predicted.ffn(HALF, SCENARIO);
    assertThat(cost.prefillSeconds() + 512 * cost.decodeSeconds()).isCloseTo(3, within(1e-9));
    assertThat(cost.prefillSeconds() / cost.decodeSeconds())
        .isCloseTo(old.prefillSeconds() / old.decodeSeconds(), within(1e-6));
    assertNothingElseChanged(model);
  }

  private void assertNothingElseChanged(CostModel model) {
    assertThat(model.ffn(WHOLE, SCENARIO)).isEqualTo(predicted.ffn(WHOLE, SCENARIO));
    assertThat(model.ffn(HALF, SCENARIO.withBatch(17)))
        .isEqualTo(predicted.ffn(HALF, SCENARIO.withBatch(17)));
    assertThat(model.attention(ATTENTION, SCENARIO))
        .isEqualTo(predicted.attention(ATTENTION, SCENARIO));
  }

  /** With times of the half FFN at the scenario's batch. */
  private CostModel withSubblocks(Map<Part, Double> seconds) {
    SubblockTimes times =
        (shape, work) ->
            shape.equals(new Shape.Ffn(7168)) && work.batch() == 16
                ? Optional.ofNullable(seconds.get(work.part()))
                    .map(measured -> Estimate.of(measured, SOURCE))
                : Optional.empty();
    return predicted.with(
        new Measurements(Measurements.NONE.kernels(), times, List.of("stats.json")));
  }
}
