package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.subblock.Origin;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with biases, head norms and windows; its outputs are held by the golden logits. */
class AttentionKindsTest {

  private static final int HEAD = 8;
  private static final int TOKENS = 6;
  private static final AttentionShape HEADS = new AttentionShape(4, 4, HEAD);

  private final DeviceMemory memory = DeviceMemory.open();
  private BlockRunner runner;

  @BeforeEach
  void open() {
    runner = new BlockRunner(memory, TinyModel.common(), Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_KEY_VALUE, NONE, 0",
    "QUERY_KEY_VALUE, NONE, 2",
    "NONE, QUERY_AND_KEY, 0",
    "NONE, QUERY_AND_KEY, 3",
    "NONE, NONE, 4",
    "ALL, NONE, 0",
    "ALL, NONE, 2",
    "ALL, QUERY_AND_KEY, 0",
    "ALL, QUERY_AND_KEY, 3",
  })
  void mergingEqualHeadsLosesNothing(Biases biases, HeadNorm norm, int window) throws IOException {
    SoftmaxAttention own = new SoftmaxAttention(HEADS, window, biases, norm);
    SequencedMap<String, DeviceTensor> equal = new LinkedHashMap<>(weights(own));
    equal.replaceAll((name, weight) -> {
      if (!name.contains("k_proj") && !name.contains("v_proj")) {
        return weight;
      }
      DeviceTensor first = weight.slice(0, 0, HEAD);
      return DeviceTensor.concat(List.of(first, first, first, first), 0);
    });
    SoftmaxAttention fewer = own.withKvHeads(2);
    DeviceTensor hidden = TinyModel.normal(memory, 4, 2, TOKENS, TinyModel.HIDDEN);
    SequencedMap<String, DeviceTensor> merged =
        SubblockTensors.of(fewer).initial(memory, new Origin(own, equal, TinyModel.HIDDEN));
    assertThat(runner.attention(fewer, hidden, merged).toFloats())
        .containsExactly(runner.attention(own, hidden, equal).toFloats(), within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({
    "QUERY_KEY_VALUE, NONE, 0",
    "QUERY_KEY_VALUE, NONE, 2",
    "NONE, QUERY_AND_KEY, 0",
    "NONE, QUERY_AND_KEY, 3",
    "NONE, NONE, 4",
    "ALL, NONE, 0",
    "ALL, NONE, 2",
    "ALL, QUERY_AND_KEY, 0",
    "ALL, QUERY_AND_KEY, 3",
  })
  void gradientsAreSlopesOfTheOutput(Biases biases, HeadNorm norm, int window) throws IOException {
    SoftmaxAttention own = new SoftmaxAttention(HEADS, window, biases, norm);
    SequencedMap<String, DeviceTensor> weights = weights(own);
    DeviceTensor hidden = TinyModel.normal(memory, 4, 2, TOKENS, TinyModel.HIDDEN);
    weights.values().forEach(array -> array.collectGradient(true));
    try (Gradients collector = Gradients.record()) {
      collector.backward(value(own, hidden, weights));
    }
    int seed = 70;
    for (Map.Entry<String, DeviceTensor> weight : weights.entrySet()) {
      DeviceTensor direction = TinyModel.normal(memory, seed, weight.getValue().shape());
      double slope =
          (moved(own, hidden, weights, weight.getKey(), direction.mul(1e-2f))
                  - moved(own, hidden, weights, weight.getKey(), direction.mul(-1e-2f)))
              / 2e-2;
      double expected = weight.getValue().gradient().mul(direction).sum().toFloat();
      assertThat(slope)
          .as(weight.getKey())
          .isCloseTo(expected, within(0.02 + 0.02 * Math.abs(expected)));
      seed++;
    }
  }

  @Test
  void aWindowHidesWhatLiesBeforeItAndNothingElse() throws IOException {
    SoftmaxAttention own = SoftmaxAttention.plain(HEADS);
    DeviceTensor hidden = TinyModel.normal(memory, 4, 1, TOKENS, TinyModel.HIDDEN);
    Map<String, DeviceTensor> weights = weights(own);
    float[] full = output(own, hidden, weights);
    float[] narrow = output(own.withWindow(3), hidden, weights);
    int seen = 3 * TinyModel.HIDDEN;
    for (int i = 0; i < seen; i++) {
      assertThat(narrow[i]).isCloseTo(full[i], within(1e-5f));
    }
    assertThat(narrow[narrow.length - 1]).isNotCloseTo(full[full.length - 1], within(1e-4f));
    assertThat(output(own.withWindow(TOKENS), hidden, weights))
        .containsExactly(full, within(1e-5f));
  }

  @Test
  void whatCanOnlyBePricedIsNotRun() {
    ExpertsFfn experts = new ExpertsFfn(4, 2, 8, 0);
    Model mixture = TinyModel.model(TinyModel.LAYER.with(experts));
    TensorSource nothing = TensorSource.of(Map.of());
    assertThatThrownBy(
            () -> LanguageModel.load(memory, mixture, nothing, Precision.FLOAT32).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 experts per layer");
    DeviceTensor hidden = TinyModel.normal(memory, 4, 1, TOKENS, TinyModel.HIDDEN);
    assertThatThrownBy(() -> runner.ffn(experts, hidden, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("experts_4");
  }

  private float[] output(
      Attention attention, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    return runner.attention(attention, hidden, weights).toFloats();
  }

  private double moved(
      Attention attention,
      DeviceTensor hidden,
      Map<String, DeviceTensor> weights,
      String name,
      DeviceTensor by) {
    Map<String, DeviceTensor> own = new LinkedHashMap<>(weights);
    own.put(name, Objects.requireNonNull(weights.get(name)).stopGradient().add(by));
    return value(attention, hidden, own).toFloat();
  }

  private DeviceTensor value(
      Attention attention, DeviceTensor hidden, Map<String, DeviceTensor> weights) {
    DeviceTensor output = runner.attention(attention, hidden, weights);
    return output.mul(TinyModel.normal(memory, 99, output.shape())).sum();
  }

  private SequencedMap<String, DeviceTensor> weights(SoftmaxAttention attention)
      throws IOException {
    Model model = TinyModel.model(TinyModel.LAYER.with(attention));
    return BlockWeights.load(memory, model, TinyModel.weights(model, 3), 0).attention();
  }
}
