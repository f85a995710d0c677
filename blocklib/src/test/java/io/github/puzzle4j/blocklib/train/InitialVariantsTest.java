package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
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

  private final NDManager manager = NDManager.newBaseManager();
  private final ModelConfig config = TinyModel.config(1, new AttentionShape(8, 4, HEAD), false);
  private final InitialVariants starts = new InitialVariants(config);
  private BlockRunner runner;
  private BlockWeights teacher;
  private NDArray hidden;

  @BeforeEach
  void open() throws IOException {
    runner = new BlockRunner(manager, config, Precision.FLOAT32);
    teacher =
        BlockWeights.load(manager, config, TinyModel.teacher(config, 3), 0, BlockVariant.teacher());
    hidden = TinyModel.normal(manager, 4, 3, 6, TinyModel.HIDDEN);
  }

  @AfterEach
  void free() {
    manager.close();
  }

  @Test
  void asManyKvHeadsAsTheTeacherHasAreTheTeachers() {
    List<NDArray> weights = attention(new AttentionVariant.GroupedQuery(4), teacher.attention());
    for (int i = 0; i < weights.size(); i++) {
      assertThat(weights.get(i).toFloatArray())
          .containsExactly(teacher.attention().get(i).toFloatArray(), within(1e-7f));
    }
  }

  @Test
  void mergedHeadsAreTheMeanOfTheirNeighbours() {
    List<NDArray> weights = attention(new AttentionVariant.GroupedQuery(2), teacher.attention());
    for (int projection : new int[] {2, 3}) {
      float[] all = teacher.attention().get(projection).toFloatArray();
      float[] merged = weights.get(projection).toFloatArray();
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
    List<NDArray> equal = new ArrayList<>(teacher.attention());
    for (int projection : new int[] {2, 3}) {
      NDList heads = new NDList();
      for (int head = 0; head < 4; head++) {
        int source = head / (4 / kvHeads);
        heads.add(equal.get(projection).get("%d:%d".formatted(source * HEAD, (source + 1) * HEAD)));
      }
      equal.set(projection, NDArrays.concat(heads, 0));
    }
    AttentionVariant variant = new AttentionVariant.GroupedQuery(kvHeads);
    assertSame(
        runner.attention(variant, hidden, attention(variant, equal), false),
        runner.attention(new AttentionVariant.Teacher(), hidden, equal, false));
  }

  @Test
  void linearAttentionIsAttentionOfATokenThatIsAlone() {
    NDArray alone = TinyModel.normal(manager, 5, 7, 1, TinyModel.HIDDEN);
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
    List<NDArray> weights =
        starts.ffn(
            manager, variant, teacher.ffn(), order.stream().mapToLong(Long::longValue).toArray());
    assertSame(
        runner.ffn(variant, hidden, weights, false),
        runner.ffn(new FfnVariant.Teacher(), hidden, teacher.ffn(), false));
  }

  @Test
  void aPrunedFfnHasTheFirstChannelsOfTheOrder() {
    long[] order = LongStream.range(0, TinyModel.CHANNELS).map(i -> (7 * i + 3) % 20).toArray();
    List<NDArray> weights = starts.ffn(manager, new FfnVariant.Pruned(4), teacher.ffn(), order);
    for (int kept = 0; kept < 4; kept++) {
      for (int projection : new int[] {1, 2}) {
        assertThat(weights.get(projection).get(kept).toFloatArray())
            .isEqualTo(teacher.ffn().get(projection).get(order[kept]).toFloatArray());
      }
      assertThat(weights.get(3).get(":," + kept).toFloatArray())
          .isEqualTo(teacher.ffn().get(3).get(":," + order[kept]).toFloatArray());
    }
  }

  /** Three channels write a hundred times as much as the others, one not at all. */
  @Test
  void theChannelsThatContributeMostAreFoundAndKept() throws IOException {
    List<NDArray> planted = new ArrayList<>(teacher.ffn());
    float[] scale = new float[TinyModel.CHANNELS];
    Arrays.fill(scale, 0.01f);
    scale[17] = 1;
    scale[2] = 1;
    scale[11] = 1;
    scale[5] = 0;
    planted.set(3, planted.get(3).mul(manager.create(scale)));
    BlockWeights weights = new BlockWeights(BlockVariant.teacher(), teacher.attention(), planted);
    long[] order = TinyDistillation.channelOrder(manager, runner, weights, List.of(hidden, hidden));
    assertThat(order).hasSize(TinyModel.CHANNELS).doesNotHaveDuplicates();
    assertThat(new long[] {order[0], order[1], order[2]}).containsExactlyInAnyOrder(17, 2, 11);
    assertThat(order[TinyModel.CHANNELS - 1]).isEqualTo(5);

    FfnVariant kept = new FfnVariant.Pruned(TinyModel.CHANNELS - 1);
    assertSame(
        runner.ffn(kept, hidden, starts.ffn(manager, kept, planted, order), false),
        runner.ffn(new FfnVariant.Teacher(), hidden, planted, false));
  }

  @Test
  void aLinearFfnIsTheProductOfItsProjections() {
    List<NDArray> weights =
        starts.ffn(manager, new FfnVariant.Linear(), teacher.ffn(), new long[0]);
    assertThat(weights.get(0).toFloatArray()).isEqualTo(teacher.ffn().get(0).toFloatArray());
    assertSame(weights.get(1), teacher.ffn().get(3).matMul(teacher.ffn().get(2)));
  }

  @Test
  void variantsShareNothingWithTheTeacherAndBelongToTheirScope() throws IOException {
    List<float[]> before = teacher.all().stream().map(NDArray::toFloatArray).toList();
    int arrays = manager.getManagedArrays().size();
    long[] order = LongStream.range(0, TinyModel.CHANNELS).toArray();
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> all = new ArrayList<>();
      for (String id : List.of("teacher", "gqa_2", "gqa_4", "linear", "noop")) {
        all.addAll(starts.attention(scope, AttentionVariant.parse(id), teacher.attention()));
      }
      for (String id : List.of("teacher", "ffn_20", "ffn_3", "linear", "noop")) {
        all.addAll(starts.ffn(scope, FfnVariant.parse(id), teacher.ffn(), order));
      }
      assertThat(all).hasSize(5 + 5 + 5 + 2 + 4 + 4 + 4 + 2);
      all.forEach(array -> array.addi(1));
    }
    assertThat(manager.getManagedArrays()).hasSize(arrays);
    for (int i = 0; i < before.size(); i++) {
      assertThat(teacher.all().get(i).toFloatArray()).isEqualTo(before.get(i));
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

  private List<NDArray> attention(AttentionVariant variant, List<NDArray> weights) {
    return starts.attention(manager, variant, weights);
  }

  private static void assertSame(NDArray actual, NDArray expected) {
    Shape shape = expected.getShape();
    assertThat(actual.getShape()).isEqualTo(shape);
    assertThat(actual.toFloatArray()).containsExactly(expected.toFloatArray(), within(2e-5f));
  }
}
