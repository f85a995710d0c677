package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.subblock.Origin;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a subblock begins with in the place of another one. */
class InitialSubblocksTest {

  private static final int HEAD = 8;
  private static final SoftmaxAttention OWN =
      SoftmaxAttention.plain(new AttentionShape(8, 4, HEAD));
  private static final GatedFfn OWN_FFN = new GatedFfn(TinyModel.CHANNELS);
  private static final long[] ASCENDING = LongStream.range(0, TinyModel.CHANNELS).toArray();

  private final DeviceMemory memory = DeviceMemory.open();
  private BlockRunner runner;
  private BlockWeights teacher;
  private DeviceTensor hidden;

  @BeforeEach
  void open() throws IOException {
    Model model = TinyModel.model(new Layer(OWN, OWN_FFN));
    runner = new BlockRunner(memory, model.common(), Precision.FLOAT32);
    teacher = BlockWeights.load(memory, model, TinyModel.weights(model, 3), 0);
    hidden = TinyModel.normal(memory, 4, 3, 6, TinyModel.HIDDEN);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {SoftmaxAttention.NO_WINDOW, 1, 3})
  void asManyKvHeadsAsTheTeacherHasAreTheTeachersWithAnyWindow(int window) {
    SequencedMap<String, DeviceTensor> weights =
        attention(OWN.withWindow(window), teacher.attention());
    assertThat(weights.keySet()).isEqualTo(teacher.attention().keySet());
    weights.forEach((name, tensor) ->
        assertThat(tensor.toFloats()).isEqualTo(get(teacher.attention(), name).toFloats()));
  }

  @ParameterizedTest
  @ValueSource(ints = {SoftmaxAttention.NO_WINDOW, 3})
  void mergedHeadsAreTheMeanOfTheirNeighbours(int window) {
    SequencedMap<String, DeviceTensor> weights =
        attention(OWN.withKvHeads(2).withWindow(window), teacher.attention());
    for (String projection : List.of(SoftmaxAttention.KEY, SoftmaxAttention.VALUE)) {
      float[] all = get(teacher.attention(), projection).toFloats();
      float[] merged = get(weights, projection).toFloats();
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
    SequencedMap<String, DeviceTensor> equal = new LinkedHashMap<>(teacher.attention());
    for (String projection : List.of(SoftmaxAttention.KEY, SoftmaxAttention.VALUE)) {
      List<DeviceTensor> heads = new ArrayList<>();
      for (int head = 0; head < 4; head++) {
        int from = head / (4 / kvHeads) * HEAD;
        heads.add(get(equal, projection).slice(0, from, from + HEAD));
      }
      equal.put(projection, DeviceTensor.concat(heads, 0));
    }
    SoftmaxAttention fewer = OWN.withKvHeads(kvHeads);
    assertSame(
        runner.attention(fewer, hidden, attention(fewer, equal)),
        runner.attention(OWN, hidden, equal));
  }

  @Test
  void linearAttentionIsAttentionOfATokenThatIsAlone() {
    DeviceTensor alone = TinyModel.normal(memory, 5, 7, 1, TinyModel.HIDDEN);
    LinearAttention linear = new LinearAttention();
    assertSame(
        runner.attention(linear, alone, attention(linear, teacher.attention())),
        runner.attention(OWN, alone, teacher.attention()));
  }

  /** The order does not matter where all channels stay: the weights are the teacher's. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void allChannelsInAnyOrderAreTheTeacher(long seed) {
    List<Long> order = new ArrayList<>(Arrays.stream(ASCENDING).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    Map<String, DeviceTensor> weights =
        ffn(OWN_FFN, teacher.ffn(), order.stream().mapToLong(Long::longValue).toArray());
    assertThat(runner.ffn(OWN_FFN, hidden, weights).toFloats())
        .isEqualTo(runner.ffn(OWN_FFN, hidden, teacher.ffn()).toFloats());
  }

  @Test
  void aPrunedFfnHasTheFirstChannelsOfTheOrder() {
    long[] order = LongStream.range(0, TinyModel.CHANNELS).map(i -> (7 * i + 3) % 20).toArray();
    Map<String, DeviceTensor> weights = ffn(new GatedFfn(4), teacher.ffn(), order);
    for (int kept = 0; kept < 4; kept++) {
      for (String projection : List.of(GatedFfn.GATE, GatedFfn.UP)) {
        assertThat(get(weights, projection).at(kept).toFloats())
            .isEqualTo(get(teacher.ffn(), projection).at(order[kept]).toFloats());
      }
      assertThat(get(weights, GatedFfn.DOWN).slice(1, kept, kept + 1).toFloats())
          .isEqualTo(
              get(teacher.ffn(), GatedFfn.DOWN).slice(1, order[kept], order[kept] + 1).toFloats());
    }
  }

  /** Three channels write a hundred times as much as the others, one not at all. */
  @Test
  void theChannelsThatContributeMostAreFoundAndKept() {
    SequencedMap<String, DeviceTensor> planted = new LinkedHashMap<>(teacher.ffn());
    float[] scale = new float[TinyModel.CHANNELS];
    Arrays.fill(scale, 0.01f);
    scale[17] = 1;
    scale[2] = 1;
    scale[11] = 1;
    scale[5] = 0;
    planted.computeIfPresent(
        GatedFfn.DOWN, (name, down) -> down.mul(memory.floats(scale, scale.length)));
    long[] order =
        runner.channelContribution(OWN_FFN, hidden, planted).argSortDescending().toLongs();
    assertThat(order).hasSize(TinyModel.CHANNELS).doesNotHaveDuplicates();
    assertThat(new long[] {order[0], order[1], order[2]}).containsExactlyInAnyOrder(17, 2, 11);
    assertThat(order[TinyModel.CHANNELS - 1]).isEqualTo(5);

    GatedFfn kept = new GatedFfn(TinyModel.CHANNELS - 1);
    assertSame(
        runner.ffn(kept, hidden, ffn(kept, planted, order)), runner.ffn(OWN_FFN, hidden, planted));
  }

  @Test
  void channelsThatAreNotRankedAreNotPicked() {
    assertThatThrownBy(() -> ffn(new GatedFfn(4), teacher.ffn(), new long[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ffn_4 from an order of 0 channels");
  }

  @Test
  void aLinearFfnIsTheProductOfItsProjections() {
    Map<String, DeviceTensor> weights = ffn(new LinearFfn(), teacher.ffn(), new long[0]);
    assertThat(get(weights, GatedFfn.NORM).toFloats())
        .isEqualTo(get(teacher.ffn(), GatedFfn.NORM).toFloats());
    assertSame(
        get(weights, LinearFfn.MATRIX),
        get(teacher.ffn(), GatedFfn.DOWN).matMul(get(teacher.ffn(), GatedFfn.UP)));
  }

  @Test
  void linearSubblocksStayWhatTheyAreAndNothingBecomesAMatrix() {
    Map<String, DeviceTensor> linear = attention(new LinearAttention(), teacher.attention());
    Origin origin = new Origin(new LinearAttention(), linear, TinyModel.HIDDEN);
    Map<String, DeviceTensor> again =
        SubblockTensors.of(new LinearAttention()).initial(memory, origin);
    assertThat(get(again, LinearAttention.MATRIX).toFloats())
        .isEqualTo(get(linear, LinearAttention.MATRIX).toFloats());
    Origin nothing = new Origin(new NoAttention(), Map.of(), TinyModel.HIDDEN);
    assertThatThrownBy(() -> SubblockTensors.of(new LinearAttention()).initial(memory, nothing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("noop");
  }

  @Test
  void initialWeightsShareNothingWithTheTeacherAndBelongToTheirScope() {
    List<float[]> before = teacher.all().values().stream().map(DeviceTensor::toFloats).toList();
    int arrays = memory.tensors();
    try (DeviceMemory scope = memory.newScope()) {
      List<DeviceTensor> all = new ArrayList<>();
      for (Attention attention :
          List.of(
              OWN,
              OWN.withKvHeads(2),
              OWN.withWindow(4),
              OWN.withKvHeads(1).withWindow(2),
              new LinearAttention(),
              new NoAttention())) {
        all.addAll(
            SubblockTensors.of(attention)
                .initial(scope, new Origin(OWN, teacher.attention(), TinyModel.HIDDEN))
                .values());
      }
      for (Ffn ffn :
          List.of(OWN_FFN, new GatedFfn(19), new GatedFfn(3), new LinearFfn(), new NoFfn())) {
        all.addAll(
            SubblockTensors.of(ffn)
                .initial(
                    scope, new Origin(OWN_FFN, teacher.ffn(), TinyModel.HIDDEN, boxed(ASCENDING)))
                .values());
      }
      assertThat(all).hasSize(5 + 5 + 5 + 5 + 2 + 4 + 4 + 4 + 2);
      all.forEach(array -> array.addInPlace(scope.scalar(1)));
    }
    assertThat(memory.tensors()).isEqualTo(arrays);
    List<DeviceTensor> after = List.copyOf(teacher.all().values());
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).toFloats()).isEqualTo(before.get(i));
    }
  }

  @Test
  void initialWeightsOfANewModelHaveTheDeviationsOfGpt2() throws IOException {
    CommonParts tiny = TinyModel.common();
    CommonParts common =
        new CommonParts(
            "llama",
            50,
            64,
            tiny.rotary(),
            1e-5,
            64,
            false,
            tiny.specialTokens(),
            tiny.storedWeights());
    Model wide = Model.uniform(common, 8, new Layer(OWN, new GatedFfn(96)));
    TensorSource source = InitialWeights.of(wide, 1);
    assertThat(deviation(source.tensor("model.layers.3.mlp.up_proj.weight").toFloats()))
        .isCloseTo(0.02, within(1e-3));
    assertThat(deviation(source.tensor("model.layers.3.mlp.down_proj.weight").toFloats()))
        .isCloseTo(0.02 / 4, within(3e-4));
    assertThat(deviation(source.tensor("model.layers.0.self_attn.o_proj.weight").toFloats()))
        .isCloseTo(0.02 / 4, within(3e-4));
    assertThat(source.tensor("model.norm.weight").toFloats()).containsOnly(1f);
    assertThat(InitialWeights.of(wide, 1).tensor("lm_head.weight").toFloats())
        .isEqualTo(source.tensor("lm_head.weight").toFloats());
    assertThat(InitialWeights.of(wide, 2).tensor("lm_head.weight").toFloats())
        .isNotEqualTo(source.tensor("lm_head.weight").toFloats());
  }

  private static double deviation(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  private SequencedMap<String, DeviceTensor> attention(
      Attention attention, Map<String, DeviceTensor> weights) {
    return SubblockTensors.of(attention)
        .initial(memory, new Origin(OWN, weights, TinyModel.HIDDEN));
  }

  private SequencedMap<String, DeviceTensor> ffn(
      Ffn ffn, Map<String, DeviceTensor> weights, long[] order) {
    return SubblockTensors.of(ffn)
        .initial(memory, new Origin(OWN_FFN, weights, TinyModel.HIDDEN, boxed(order)));
  }

  private static DeviceTensor get(Map<String, DeviceTensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  private static void assertSame(DeviceTensor actual, DeviceTensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toFloats()).containsExactly(expected.toFloats(), within(2e-5f));
  }

  private static List<Long> boxed(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
