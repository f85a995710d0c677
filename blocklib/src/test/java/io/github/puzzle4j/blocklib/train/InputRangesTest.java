package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputRangesTest {

  private static final String LAYER = "model.layers.0.";

  private final Model model =
      TinyModel.model(
          TinyModel.LAYER,
          TinyModel.LAYER.with(new LinearAttention()),
          TinyModel.LAYER.with(new NoFfn()));
  private final List<TokenBatch> batches = TinyModel.batches(3, 2, 9, 4);

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void eachMatrixOfEachLayerHasTheSizeOfItsInputs() throws IOException {
    TensorSource weights = TinyModel.weights(model, 1);
    Map<String, Float> ranges = ranges(weights);
    assertThat(ranges.keySet())
        .containsExactlyInAnyOrderElementsOf(
            model.tensors().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("model.layers."))
                .filter(entry -> entry.getValue().size() == 2)
                .map(Map.Entry::getKey)
                .toList());
    float first = largestNormed(weights);
    for (String name : List.of("q", "k", "v")) {
      assertThat(of(ranges, "self_attn.%s_proj.weight".formatted(name)))
          .isCloseTo(first, within(1e-5f * first));
    }
    assertThat(of(ranges, "mlp.gate_proj.weight")).isEqualTo(of(ranges, "mlp.up_proj.weight"));
  }

  /** What enters the last matrices of both subblocks is linear in these. */
  @ParameterizedTest
  @CsvSource({
    "self_attn.v_proj.weight, self_attn.o_proj.weight",
    "mlp.up_proj.weight, mlp.down_proj.weight",
  })
  void twiceTheNumbersGiveTwiceTheSize(String doubled, String after) throws IOException {
    TensorSource weights = TinyModel.weights(model, 1);
    Map<String, Tensor> changed = new LinkedHashMap<>();
    for (String name : weights.names()) {
      Tensor tensor = weights.tensor(name);
      if (name.equals(LAYER + doubled)) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
          values[i] *= 2;
        }
        tensor = Tensor.ofFloats(TensorType.F32, tensor.shape(), values);
      }
      changed.put(name, tensor);
    }
    float before = of(ranges(weights), after);
    assertThat(of(ranges(TensorSource.of(changed)), after))
        .isCloseTo(2 * before, within(1e-5f * before));
  }

  private Map<String, Float> ranges(TensorSource weights) throws IOException {
    int before = memory.tensors();
    Map<String, Float> ranges = InputRanges.of(memory, model, weights, Precision.FLOAT32, batches);
    assertThat(memory.tensors()).isEqualTo(before);
    return ranges;
  }

  private static float of(Map<String, Float> ranges, String suffix) {
    return Objects.requireNonNull(ranges.get(LAYER + suffix), suffix);
  }

  /** The largest number of the normed embeddings of all tokens. */
  private float largestNormed(TensorSource weights) throws IOException {
    Tensor table = weights.tensor(TensorNames.EMBEDDING);
    float[] gain = weights.tensor(LAYER + "input_layernorm.weight").toFloats();
    double largest = 0;
    for (TokenBatch batch : batches) {
      for (int row = 0; row < batch.rows(); row++) {
        for (int t = 0; t < batch.tokens(); t++) {
          long from = (long) batch.id(row, t) * TinyModel.HIDDEN;
          float[] states = table.toFloats(from, TinyModel.HIDDEN);
          double squares = 0;
          for (float state : states) {
            squares += (double) state * state;
          }
          double norm = Math.sqrt(squares / states.length + model.common().normEpsilon());
          for (int i = 0; i < states.length; i++) {
            largest = Math.max(largest, Math.abs(states[i] / norm * gain[i]));
          }
        }
      }
    }
    return (float) largest;
  }
}
