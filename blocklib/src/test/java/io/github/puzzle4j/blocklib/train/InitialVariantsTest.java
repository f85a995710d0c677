package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitialVariantsTest {

  private static final int HEAD = 8;

  private final DeviceMemory memory = DeviceMemory.open();
  private final ModelConfig config = TinyModel.config(1, new AttentionShape(8, 4, HEAD), false);
  private final InitialVariants starts = new InitialVariants(config);
  private BlockRunner runner;
  private BlockWeights teacher;
  private DeviceTensor hidden;

  @BeforeEach
  void open() throws IOException {
    runner = new BlockRunner(memory, config, Precision.FLOAT32);
    teacher =
        BlockWeights.load(memory, config, TinyModel.teacher(config, 3), 0, BlockVariant.teacher());
    hidden = TinyModel.normal(memory, 4, 3, 6, TinyModel.HIDDEN);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void asManyKvHeadsAsTheTeacherHasAreTheTeachers() {
    List<DeviceTensor> weights =
        attention(new AttentionVariant.GroupedQuery(4), teacher.attention());
    for (int i = 0; i < weights.size(); i++) {
      assertThat(weights.get(i).toFloats())
          .containsExactly(teacher.attention().get(i).toFloats(), within(1e-7f));
    }
  }

  @Test
  void mergedHeadsAreTheMeanOfTheirNeighbours() {
    List<DeviceTensor> weights =
        attention(new AttentionVariant.GroupedQuery(2), teacher.attention());
    for (int projection : new int[] {2, 3}) {
      float[] all = teacher.attention().get(projection).toFloats();
      float[] merged = weights.get(projection).toFloats();
      int head = HEAD * TinyModel.HIDDEN;
      assertThat(merged).hasSize(2 * head);
      for (int i = 0; i < merged.length; i++) {
        int first = i / head * 2 * head + i % head;
        assertThat(merged[i]).isCloseTo((all[first] + all[first + head]) / 2, within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void mergingEqualHeadsLosesNothing(int kvHeads) {
    List<DeviceTensor> equal = new ArrayList<>(teacher.attention());
    for (int projection : new int[] {2, 3}) {
      List<DeviceTensor> heads = new ArrayList<>();
      for (int head = 0; head < 4; head++) {
        int from = head / (4 / kvHeads) * HEAD;
        heads.add(equal.get(projection).slice(0, from, from + HEAD));
      }
      equal.set(projection, DeviceTensor.concat(heads, 0));
    }
    AttentionVariant variant = new AttentionVariant.GroupedQuery(kvHeads);
    assertSame(
        runner.attention(variant, hidden, attention(variant, equal), false),
        runner.attention(new AttentionVariant.Teacher(), hidden, equal, false));
  }

  @Test
  void linearAttentionIsAttentionOfATokenThatIsAlone() {
    DeviceTensor alone = TinyModel.normal(memory, 5, 7, 1, TinyModel.HIDDEN);
    AttentionVariant variant = new AttentionVariant.Linear();
    assertSame(
        runner.attention(variant, alone, attention(variant, teacher.attention()), false),
        runner.attention(new AttentionVariant.Teacher(), alone, teacher.attention(), false));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void allChannelsInAnyOrderAreTheTeacher(long seed) {
    List<Long> order = new ArrayList<>(LongStream.range(0, TinyModel.CHANNELS).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    FfnVariant variant = new FfnVariant.Pruned(TinyModel.CHANNELS);
    List<DeviceTensor> weights =
        starts.ffn(
            memory, variant, teacher.ffn(), order.stream().mapToLong(Long::longValue).toArray());
    assertSame(
        runner.ffn(variant, hidden, weights, false),
        runner.ffn(new FfnVariant.Teacher(), hidden, teacher.ffn(), false));
  }

  @Test
  void aPrunedFfnHasTheFirstChannelsOfTheOrder() {
    long[] order = LongStream.range(0, TinyModel.CHANNELS).map(i -> (7 * i + 3) % 20).toArray();
    List<DeviceTensor> weights = starts.ffn(memory, new FfnVariant.Pruned(4), teacher.ffn(), order);
    for (int kept = 0; kept < 4; kept++) {
      for (int projection : new int[] {1, 2}) {
        assertThat(weights.get(projection).at(kept).toFloats())
            .isEqualTo(teacher.ffn().get(projection).at(order[kept]).toFloats());
      }
      assertThat(weights.get(3).slice(1, kept, kept + 1).toFloats())
          .isEqualTo(teacher.ffn().get(3).slice(1, order[kept], order[kept] + 1).toFloats());
    }
  }

  /** Three channels write a hundred times as much as the others, one not at all. */
  @Test
  void theChannelsThatContributeMostAreFoundAndKept() throws IOException {
    List<DeviceTensor> planted = new ArrayList<>(teacher.ffn());
    float[] scale = new float[TinyModel.CHANNELS];
    Arrays.fill(scale, 0.01f);
    scale[17] = 1;
    scale[2] = 1;
    scale[11] = 1;
    scale[5] = 0;
    planted.set(3, planted.get(3).mul(memory.floats(scale, scale.length)));
    BlockWeights weights = new BlockWeights(BlockVariant.teacher(), teacher.attention(), planted);
    long[] order = TinyDistillation.channelOrder(memory, runner, weights, List.of(hidden, hidden));
    assertThat(order).hasSize(TinyModel.CHANNELS).doesNotHaveDuplicates();
    assertThat(new long[] {order[0], order[1], order[2]}).containsExactlyInAnyOrder(17, 2, 11);
    assertThat(order[TinyModel.CHANNELS - 1]).isEqualTo(5);

    FfnVariant kept = new FfnVariant.Pruned(TinyModel.CHANNELS - 1);
    assertSame(
        runner.ffn(kept, hidden, starts.ffn(memory, kept, planted, order), false),
        runner.ffn(new FfnVariant.Teacher(), hidden, planted, false));
  }

  @Test
  void aLinearFfnIsTheProductOfItsProjections() {
    List<DeviceTensor> weights =
        starts.ffn(memory, new FfnVariant.Linear(), teacher.ffn(), new long[0]);
    assertThat(weights.get(0).toFloats()).isEqualTo(teacher.ffn().get(0).toFloats());
    assertSame(weights.get(1), teacher.ffn().get(3).matMul(teacher.ffn().get(2)));
  }

  @Test
  void variantsShareNothingWithTheTeacherAndBelongToTheirScope() throws IOException {
    List<float[]> before = teacher.all().stream().map(DeviceTensor::toFloats).toList();
    int arrays = memory.tensors();
    long[] order = LongStream.range(0, TinyModel.CHANNELS).toArray();
    try (DeviceMemory scope = memory.newScope()) {
      List<DeviceTensor> all = new ArrayList<>();
      for (String id : List.of("teacher", "gqa_2", "gqa_4", "linear", "noop")) {
        all.addAll(starts.attention(scope, AttentionVariant.parse(id), teacher.attention()));
      }
      for (String id : List.of("teacher", "ffn_20", "ffn_3", "linear", "noop")) {
        all.addAll(starts.ffn(scope, FfnVariant.parse(id), teacher.ffn(), order));
      }
      assertThat(all).hasSize(5 + 5 + 5 + 2 + 4 + 4 + 4 + 2);
      all.forEach(array -> array.addInPlace(scope.scalar(1)));
    }
    assertThat(memory.tensors()).isEqualTo(arrays);
    for (int i = 0; i < before.size(); i++) {
      assertThat(teacher.all().get(i).toFloats()).isEqualTo(before.get(i));
    }
  }

  @Test
  void initialWeightsOfANewModelHaveTheDeviationsOfGpt2() throws IOException {
    ModelConfig wide =
        new ModelConfig(
            "llama",
            50,
            64,
            96,
            8,
            config.attention(),
            config.rotary(),
            1e-5,
            64,
            false,
            config.specialTokens());
    var source = InitialWeights.of(Architecture.teacher(wide), 1);
    assertThat(deviation(source.tensor("model.layers.3.mlp.up_proj.weight").toFloats()))
        .isCloseTo(0.02, within(1e-3));
    assertThat(deviation(source.tensor("model.layers.3.mlp.down_proj.weight").toFloats()))
        .isCloseTo(0.02 / 4, within(3e-4));
    assertThat(deviation(source.tensor("model.layers.0.self_attn.o_proj.weight").toFloats()))
        .isCloseTo(0.02 / 4, within(3e-4));
    assertThat(source.tensor("model.norm.weight").toFloats()).containsOnly(1f);
    assertThat(InitialWeights.of(Architecture.teacher(wide), 1).tensor("lm_head.weight").toFloats())
        .isEqualTo(source.tensor("lm_head.weight").toFloats());
    assertThat(InitialWeights.of(Architecture.teacher(wide), 2).tensor("lm_head.weight").toFloats())
        .isNotEqualTo(source.tensor("lm_head.weight").toFloats());
  }

  private static double deviation(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  private List<DeviceTensor> attention(AttentionVariant variant, List<DeviceTensor> weights) {
    return starts.attention(memory, variant, weights);
  }

  private static void assertSame(DeviceTensor actual, DeviceTensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toFloats()).containsExactly(expected.toFloats(), within(2e-5f));
  }
}
