package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error inside a kernel would end the process: each of these must be refused before. */
class BlockRunnerTest {

  private static final int HIDDEN = TinyModel.HIDDEN;
  private static final int VOCABULARY = TinyModel.VOCABULARY;

  private final DeviceMemory memory = DeviceMemory.open();
  private final Attention attention = TinyModel.ATTENTION;
  private final Ffn ffn = TinyModel.LAYER.ffn();
  private BlockRunner runner;
  private LanguageModel model;

  @BeforeEach
  void open() throws IOException {
    runner = new BlockRunner(memory, TinyModel.common(), Precision.FLOAT32);
    TensorSource weights = TinyModel.weights(TinyModel.model(1), 1);
    model = LanguageModel.load(memory, TinyModel.model(1), weights, Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, VOCABULARY, Long.MAX_VALUE, Long.MIN_VALUE})
  void idsOutsideOfTheVocabularyAreRefused(long id) {
    DeviceTensor ids = memory.longs(new long[] {0, 1, id, VOCABULARY - 1}, 2, 2);
    requireRefusal(() -> model.forward(ids), "vocabulary of " + VOCABULARY);
  }

  @Test
  void idsOfAnotherTypeOrShapeAreRefused() {
    requireRefusal(() -> model.forward(memory.zeros(1, 2)), "ids are F32");
    requireRefusal(() -> model.forward(memory.zeros(TensorType.I32, 1, 2)), "I32");
    for (List<Long> shape :
        List.of(
            DeviceTensor.shapeOf(3),
            DeviceTensor.shapeOf(1, 2, 3),
            DeviceTensor.shapeOf(0, 2),
            DeviceTensor.shapeOf(2, 0))) {
      requireRefusal(() -> model.forward(memory.zeros(TensorType.I64, shape)), shape.toString());
    }
  }

  @Test
  void hiddenStatesOfAnotherTypeOrShapeAreRefused() {
    List<DeviceTensor> bad = new ArrayList<>();
    for (List<Long> shape :
        List.of(
            DeviceTensor.shapeOf(2, HIDDEN),
            DeviceTensor.shapeOf(1, 2, HIDDEN + 1),
            DeviceTensor.shapeOf(1, 2, 3, HIDDEN),
            DeviceTensor.shapeOf(0, 2, HIDDEN),
            DeviceTensor.shapeOf(1, 0, HIDDEN),
            DeviceTensor.shapeOf())) {
      bad.add(memory.zeros(shape));
    }
    bad.add(memory.zeros(TensorType.I32, 1, 2, HIDDEN));
    bad.add(memory.zeros(TensorType.F16, 1, 2, HIDDEN));
    BlockWeights weights = model.blocks().getFirst();
    for (DeviceTensor hidden : bad) {
      requireRefusal(() -> runner.block(weights, hidden), "hidden states");
      requireRefusal(
          () -> runner.attention(attention, hidden, weights.attention()), "hidden states");
      requireRefusal(() -> runner.ffn(new NoFfn(), hidden, Map.of()), "hidden states");
      requireRefusal(() -> runner.channelContribution(ffn, hidden, weights.ffn()), "hidden states");
      requireRefusal(() -> model.head().logits(hidden), "hidden states");
    }
  }

  @Test
  void weightsOfAnotherVariantAreRefused() {
    DeviceTensor hidden = TinyModel.normal(memory, 1, 1, 2, HIDDEN);
    BlockWeights weights = model.blocks().getFirst();
    requireRefusal(
        () -> runner.attention(TinyModel.ATTENTION.withKvHeads(1), hidden, weights.attention()),
        "gqa_1");
    requireRefusal(
        () -> runner.attention(attention, hidden, weights.ffn()),
        "gqa_2 has the weights [post_attention_layernorm.weight, mlp.gate_proj.weight,");
    requireRefusal(
        () -> runner.attention(new NoAttention(), hidden, weights.attention()),
        "noop has the weights [input_layernorm.weight, self_attn.q_proj.weight,");
    requireRefusal(() -> runner.ffn(new GatedFfn(7), hidden, weights.ffn()), "ffn_7");
    requireRefusal(() -> runner.ffn(new LinearFfn(), hidden, Map.of()), "linear");
  }

  @Test
  void aTransposedMatrixIsRefused() {
    DeviceTensor hidden = TinyModel.normal(memory, 1, 1, 2, HIDDEN);
    Map<String, DeviceTensor> weights = new LinkedHashMap<>(model.blocks().getFirst().ffn());
    weights.computeIfPresent(GatedFfn.DOWN, (name, down) -> down.transpose());
    requireRefusal(
        () -> runner.ffn(ffn, hidden, weights),
        "ffn_20, mlp.down_proj.weight is F32 [20, 16], not F32 [16, 20]");
  }

  @Test
  void tablesOfAnotherShapeAreRefused() {
    DeviceTensor ids = memory.zeros(TensorType.I64, 1, 2);
    DeviceTensor narrow = memory.zeros(VOCABULARY, HIDDEN - 1);
    requireRefusal(() -> runner.embed(ids, narrow), "embedding");
    DeviceTensor hidden = TinyModel.normal(memory, 1, 1, 2, HIDDEN);
    DeviceTensor norm = memory.ones(HIDDEN);
    requireRefusal(() -> runner.logits(hidden, norm, narrow), "LM head");
    requireRefusal(
        () -> runner.logits(hidden, narrow, memory.zeros(VOCABULARY, HIDDEN)), "final norm");
  }

  @Test
  void aRefusalLeavesNothingBehindAndTheNextCallWorks() {
    DeviceTensor ids = memory.zeros(TensorType.I64, 1, 2);
    int before = memory.tensors();
    DeviceTensor bad = memory.longs(new long[] {0, VOCABULARY}, 1, 2);
    requireRefusal(() -> model.forward(bad), "vocabulary");
    bad.close();
    assertThat(memory.tensors()).isEqualTo(before);
    assertThat(model.forward(ids).shape()).containsExactly(1L, 2L, (long) VOCABULARY);
  }

  @Test
  void subblocksThatAreLeftOutPassTheHiddenStatesOn() {
    DeviceTensor hidden = TinyModel.normal(memory, 1, 1, 2, HIDDEN);
    assertThat(runner.attention(new NoAttention(), hidden, Map.of())).isSameAs(hidden);
    assertThat(runner.ffn(new NoFfn(), hidden, Map.of())).isSameAs(hidden);
  }

  private static void requireRefusal(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
