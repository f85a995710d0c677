package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.Predictions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Metrics against values that {@code golden_metrics.py} computed in doubles. */
class MetricTest {

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void free() {
    memory.close();
  }

  static Stream<JsonNode> cases() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(MetricTest.class.getResourceAsStream("metrics.json"))) {
      JsonNode all = JsonMapper.builder().build().readTree(file);
      return StreamSupport.stream(all.spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyMetricHasTheValueOfItsDefinitionAtEachPosition(JsonNode golden) {
    DeviceTensor targets = longs(golden.get("targets"));
    Predictions model = predictions(golden, "", targets);
    Predictions teacher = predictions(golden, "teacher_", targets);
    assertThat(golden.get("expected").propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values()).map(Metric::id).toList());
    for (Metric metric : Metric.values()) {
      float[] actual = metric.of(model, teacher).toFloats();
      JsonNode expected = golden.get("expected").get(metric.id());
      assertThat(actual).as(metric.id()).hasSize(expected.size());
      for (int at = 0; at < actual.length; at++) {
        double value = expected.get(at).asDouble();
        assertThat((double) actual[at])
            .as("%s of %s at %d", metric.id(), golden.get("name"), at)
            .isCloseTo(value, within(2e-6 * Math.max(1, Math.abs(value))));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTeacherHasItsValue(Metric metric) throws IOException {
    for (JsonNode golden : cases().toList()) {
      Predictions own = predictions(golden, "teacher_", longs(golden.get("targets")));
      for (float value : metric.of(own, own).toFloats()) {
        metric
            .teacherValue()
            .ifPresent(known -> assertThat((double) value).isCloseTo(known, within(1e-6)));
      }
    }
  }

  /** A model with broken weights must not look good in anything that is compared. */
  @Test
  void logitsThatAreNoNumbersHitNothing() {
    DeviceTensor targets = memory.longs(new long[] {0, 23}, 1, 2);
    DeviceTensor hidden = memory.ones(1, 2, 3);
    DeviceTensor broken = memory.full(Float.NaN, 1, 2, TinyModel.VOCABULARY);
    Predictions model = new Predictions(hidden, x -> broken.copy(memory), targets);
    for (Metric metric : new Metric[] {Metric.TOP1, Metric.TOP5, Metric.TOP10, Metric.AGREEMENT}) {
      assertThat(metric.of(model, model).toFloats()).as(metric.id()).containsOnly(0);
    }
  }

  @Test
  void statesOfZerosHaveFiniteValues() {
    DeviceTensor targets = memory.longs(new long[] {0}, 1, 1);
    Predictions none = new Predictions(memory.zeros(1, 1, 3), x -> x.copy(memory), targets);
    assertThat(Metric.COSINE.of(none, none).toFloats()).containsOnly(0);
    assertThat(Metric.NMSE.of(none, none).toFloats()).containsOnly(0);
  }

  private Predictions predictions(JsonNode golden, String prefix, DeviceTensor targets) {
    DeviceTensor logits = floats(golden.get(prefix + "logits"));
    return new Predictions(
        floats(golden.get(prefix + "hidden")), hidden -> logits.copy(memory), targets);
  }

  private DeviceTensor floats(JsonNode rows) {
    int width = rows.get(0).size();
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.get(i / width).get(i % width).asDouble();
    }
    return memory.floats(values, 1, rows.size(), width);
  }

  private DeviceTensor longs(JsonNode list) {
    long[] values = new long[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asLong();
    }
    return memory.longs(values, 1, values.length);
  }
}
