package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Beside layers that were timed on GPUs in PyTorch; nothing was fitted to them. Made by {@code
 * src/test/python/measure_layers.py}; {@code docs/measured-layers.md} has the figures.
 */
class MeasuredLayersTest {

  /** Relative errors of times, and of speedups over the teacher's layer. */
  private record Errors(List<Double> times, List<Double> speedups) {}

  @ParameterizedTest
  @CsvSource({"h100, h100-sxm, 0.03, 0.02", "h200, h200-sxm, 0.04, 0.03"})
  void decodingIsPredicted(String file, String target, double times, double speedups)
      throws IOException {
    Errors errors = errors(file, target, "decode");
    assertThat(errors.times()).hasSize(50);
    assertThat(median(errors.times())).isLessThan(times);
    assertThat(median(errors.speedups())).isLessThan(speedups);
    assertThat(Collections.max(errors.speedups())).isLessThan(0.2);
  }

  /** Times in PyTorch are longer than those of the engine whose kernels were fitted. */
  @ParameterizedTest
  @CsvSource({"h100, h100-sxm, 0.12, 0.02", "h200, h200-sxm, 0.13, 0.02"})
  void speedupsOfPrefillArePredicted(String file, String target, double times, double speedups)
      throws IOException {
    Errors errors = errors(file, target, "prefill");
    assertThat(errors.times()).hasSize(20);
    assertThat(median(errors.times())).isLessThan(times);
    assertThat(median(errors.speedups())).isLessThan(speedups);
    assertThat(Collections.max(errors.speedups())).isLessThan(0.1);
  }

  private static Errors errors(String file, String target, String phase) throws IOException {
    CostModel model = CostModel.of(Teachers.llama8b(), GpuTargets.load(target), "vllm");
    JsonNode rows = measured(file).get(phase);
    List<Double> times = new ArrayList<>();
    List<Double> speedups = new ArrayList<>();
    double teacherMeasured = 0;
    double teacherPredicted = 0;
    for (int row = 0; row < rows.size(); row++) {
      JsonNode one = rows.get(row);
      double measured = one.get("ms").asDouble() / 1e3;
      LayerCost cost = model.layer(layer(one), scenario(one));
      double predicted = phase.equals("decode") ? cost.decodeSeconds() : cost.prefillSeconds();
      if (row % 10 == 0) {
        teacherMeasured = measured;
        teacherPredicted = predicted;
      }
      times.add(Math.abs(predicted / measured - 1));
      speedups.add(Math.abs((teacherPredicted / predicted) / (teacherMeasured / measured) - 1));
    }
    return new Errors(times, speedups);
  }

  /** With two output tokens there is one step of decoding. */
  private static Scenario scenario(JsonNode row) {
    return Scenario.of(row.get("tokens").asInt(), 2, row.get("batch").asInt());
  }

  private static Layer layer(JsonNode row) {
    int kvHeads = row.get("kv_heads").asInt();
    int channels = row.get("channels").asInt();
    Attention attention =
        kvHeads == 0
            ? new NoAttention()
            : SoftmaxAttention.plain(new AttentionShape(32, kvHeads, 128));
    Ffn ffn = channels == 0 ? new NoFfn() : new GatedFfn(channels);
    return new Layer(attention, ffn);
  }

  private static JsonNode measured(String gpu) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            MeasuredLayersTest.class.getResourceAsStream("measured-layers-" + gpu + ".json"))) {
      return Json.mapper().readTree(stream);
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
