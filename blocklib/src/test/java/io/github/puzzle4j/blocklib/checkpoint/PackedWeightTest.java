package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Matrices in NVFP4; the golden file is by Model Optimizer, see make_golden_nvfp4.py. */
class PackedWeightTest {

  private static final String MLP = "model.layers.0.mlp.";
  private static final Model MODEL =
      new Model(
          CommonParts.llama(64, 32, 10_000, 64, true, SpecialTokens.none()),
          List.of(Layer.llama(new AttentionShape(2, 1, 16), 16)));

  @TempDir Path folder;

  private JsonNode golden;

  @BeforeEach
  void read() throws IOException {
    golden = Json.readTree(Path.of("src/test/resources/golden/nvfp4/nvfp4.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gate", "up"})
  void whatIsWrittenIsThatOfModelOptimizer(String matrix) throws IOException {
    write();
    try (Checkpoint read = Checkpoint.open(folder)) {
      TensorSource stored = read.stored();
      String weight = MLP + matrix + "_proj.weight";
      assertThat(stored.tensor(weight).data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(bytes(matrix, "packed"));
      assertThat(stored.tensor(weight + "_scale").data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(bytes(matrix, "factors"));
      assertThat(stored.tensor(weight + "_scale_2").toFloats())
          .containsExactly(golden.get("second").floatValue());
      assertThat(stored.tensor(MLP + matrix + "_proj.input_scale").toFloats())
          .containsExactly(3f / (6 * 448));
      assertThat(read.tensor(weight).toFloats())
          .usingComparatorWithPrecision(0f)
          .containsExactly(floats(matrix, "values"));
    }
  }

  /** It divides by the factor of all factors, and calls the elements something else. */
  @Test
  void theLayoutOfCompressedTensorsIsReadToo() throws IOException {
    write();
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    float[] expected;
    try (Checkpoint read = Checkpoint.open(folder)) {
      expected = read.tensor(MLP + "up_proj.weight").toFloats();
      for (String name : read.stored().names()) {
        Tensor tensor = copy(read.stored().tensor(name));
        if (name.endsWith("weight_scale_2")) {
          float divisor = 1 / tensor.toFloats()[0];
          renamed.put(
              name.replace("weight_scale_2", "weight_global_scale"),
              Tensor.ofFloats(TensorType.F32, List.of(1L), new float[] {divisor}));
        } else if (name.endsWith("input_scale")) {
          renamed.put(name.replace("input_scale", "input_global_scale"), tensor);
        } else {
          renamed.put(tensor.type() == TensorType.U8 ? name + "_packed" : name, tensor);
        }
      }
    }
    replace(renamed);
    Path config = folder.resolve(ConfigFile.NAME);
    ObjectNode root = (ObjectNode) Json.readTree(config);
    root.putObject("quantization_config")
        .put("quant_method", "compressed-tensors")
        .put("format", "nvfp4-pack-quantized");
    Files.writeString(config, root.toString());
    Files.delete(folder.resolve("hf_quant_config.json"));
    try (Checkpoint read = Checkpoint.open(folder)) {
      float[] values = read.tensor(MLP + "up_proj.weight").toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isCloseTo(expected[i], within(1e-6f * Math.abs(expected[i])));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "up_proj.weight_scale, must be F8_E4M3 [16, 2]; it is absent",
    "up_proj.weight_scale_2, 'model.layers.0.mlp.up_proj.weight_scale_2' must be one number in F32",
  })
  void aMatrixWithoutItsFactorsIsRefused(String missing, String message) throws IOException {
    write();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Checkpoint read = Checkpoint.open(folder)) {
      for (String name : read.stored().names()) {
        tensors.put(name, copy(read.stored().tensor(name)));
      }
    }
    tensors.remove(MLP + missing);
    replace(tensors);
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private void replace(Map<String, Tensor> tensors) throws IOException {
    SafetensorsWriter.write(folder.resolve("model.safetensors"), TensorSource.of(tensors));
  }

  private static Tensor copy(Tensor tensor) {
    return new Tensor(
        tensor.type(),
        tensor.shape(),
        MemorySegment.ofArray(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
  }

  private void write() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, Float> inputs = new LinkedHashMap<>();
    MODEL
        .tensors()
        .forEach((name, shape) -> {
          float[] values =
              new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
          Arrays.fill(values, 0.5f);
          tensors.put(name, Tensor.ofFloats(TensorType.BF16, shape, values));
          inputs.put(name, 3f);
        });
    for (String matrix : List.of("gate", "up")) {
      tensors.put(
          MLP + matrix + "_proj.weight",
          Tensor.ofFloats(TensorType.BF16, List.of(16L, 32L), floats(matrix, "numbers")));
    }
    CheckpointWriter.writeRounded(
        folder,
        MODEL,
        TensorSource.of(tensors),
        TensorType.BF16,
        CheckpointWriter.DEFAULT_SHARD_BYTES,
        Matrices.NVFP4,
        inputs);
  }

  private float[] floats(String matrix, String key) {
    JsonNode numbers = golden.get(matrix).get(key);
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return values;
  }

  private byte[] bytes(String matrix, String key) {
    JsonNode numbers = golden.get(matrix).get(key);
    byte[] values = new byte[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) numbers.get(i).intValue();
    }
    return values;
  }
}
