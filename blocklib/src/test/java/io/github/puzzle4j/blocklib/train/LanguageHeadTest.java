package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vocabulary is so large that the positions of a batch take three slices. */
class LanguageHeadTest {

  private static final int VOCABULARY = 60_000;
  private static final int HIDDEN = 8;
  private static final int ROWS = 3;
  private static final int TOKENS = 100;
  private static final float SHARE = 0.5f;

  private final DeviceMemory memory = DeviceMemory.open();
  private BlockRunner runner;
  private LanguageHead head;
  private LanguageHead teacher;
  private DeviceTensor hidden;
  private DeviceTensor teacherHidden;

  @BeforeEach
  void open() {
    RandomGenerator random = new SplittableRandom(5);
    runner =
        new BlockRunner(
            memory,
            CommonParts.llama(VOCABULARY, HIDDEN, 10_000, 1024, true, SpecialTokens.none()),
            Precision.FLOAT32);
    head = head();
    teacher = head();
    hidden = memory.normal(random, 1, DeviceTensor.shapeOf(ROWS, TOKENS, HIDDEN));
    teacherHidden = memory.normal(random, 1, DeviceTensor.shapeOf(ROWS, TOKENS, HIDDEN));
  }

  @AfterEach
  void free() {
    memory.close();
  }

  private LanguageHead head() {
    DeviceTensor table =
        memory.normal(new SplittableRandom(6), 1, DeviceTensor.shapeOf(VOCABULARY, HIDDEN));
    return new LanguageHead(memory.newScope(), runner, memory.ones(HIDDEN), table);
  }

  @Test
  void slicesGiveTheDivergenceAndTheGradientsOfTheWhole() {
    List<float[]> expected = new ArrayList<>();
    LanguageHead same =
        new LanguageHead(
            memory.newScope(), runner, head.norm().copy(memory), head.table().copy(memory));
    List<DeviceTensor> learned = List.of(head.norm(), head.table(), hidden);
    learned.forEach(tensor -> tensor.collectGradient(true));
    same.norm().collectGradient(true);
    same.table().collectGradient(true);
    float mean;
    try (Gradients gradients = Gradients.record();
        DeviceMemory scope = memory.newScope()) {
      DeviceTensor logits = head.logits(hidden.alias(scope));
      DeviceTensor target = teacher.logits(teacherHidden.alias(scope));
      DeviceTensor loss = Losses.divergence(logits, target);
      mean = gradients.backward(loss, SHARE);
      learned.forEach(tensor -> expected.add(tensor.gradient(scope).toFloats()));
    }
    try (Gradients gradients = Gradients.record();
        DeviceMemory scope = memory.newScope()) {
      LanguageHead.Divergence sliced =
          same.divergence(scope, gradients, hidden.alias(scope), teacher, teacherHidden, SHARE);

      assertThat(sliced.mean()).isCloseTo(mean, within(1e-5f));
      assertThat(same.norm().gradient(scope).toFloats()).containsExactly(expected.get(0), near(0));
      assertThat(same.table().gradient(scope).toFloats()).containsExactly(expected.get(1), near(1));
      assertThat(sliced.gradient().toFloats()).containsExactly(expected.get(2), near(2));
    }
  }

  private static Offset<Float> near(int tensor) {
    return within(tensor == 0 ? 1e-5f : 1e-7f);
  }

  @Test
  void slicesGiveTheMetricsOfTheWhole() {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(random.ints(TOKENS, 0, VOCABULARY).toArray());
    }
    TokenBatch batch = TokenBatch.ofAllTokens(rows, VOCABULARY);
    float[] expected =
        runner
            .tokenMetrics(head.logits(hidden), teacher.logits(teacherHidden), batch.targets(memory))
            .toFloats();

    float[] sliced = head.metrics(hidden, teacher, teacherHidden, batch);

    assertThat(sliced).containsExactly(expected, within(1e-4f));
    float[] alone = head.metrics(hidden, head, hidden, batch);
    for (int position = 0; position < ROWS * TOKENS; position++) {
      assertThat(alone[position]).isZero();
      assertThat(alone[ROWS * TOKENS + position])
          .isCloseTo(expected[ROWS * TOKENS + position], within(1e-4f));
    }
  }
}
