package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FP8 checkpoints in the layouts of published ones, see src/test/python/make_golden_fp8.py. */
class ScaledWeightTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/fp8");
  private static final String GATE = "model.layers.1.mlp.gate_proj.weight";

  @TempDir Path folder;

  @Test
  void everyByteIsWhatTorchSays() throws IOException {
    try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve("bytes.safetensors"))) {
      assertThat(golden.tensor("bytes").type()).isEqualTo(TensorType.F8_E4M3);
      assertThat(golden.tensor("bytes").toFloats())
          .containsExactly(golden.tensor("values").toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensor", "row", "block"})
  void matricesAreMultipliedOut(String name) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(GOLDEN.resolve(name));
        SafetensorsFile golden =
            SafetensorsFile.open(GOLDEN.resolve(name).resolve("golden.safetensors"))) {
      List<String> matrices =
          checkpoint.names().stream().filter(tensor -> tensor.contains("_proj.")).toList();
      assertThat(matrices).hasSize(14);
      for (String matrix : matrices) {
        assertThat(checkpoint.stored().spec(matrix).type()).isEqualTo(TensorType.F8_E4M3);
        assertThat(checkpoint.tensor(matrix).spec()).isEqualTo(checkpoint.spec(matrix));
        assertThat(checkpoint.tensor(matrix).toFloats())
            .as(matrix)
            .containsExactly(golden.tensor(matrix).toFloats());
      }
      assertThat(checkpoint.spec(TensorNames.EMBEDDING).type()).isEqualTo(TensorType.BF16);
    }
  }

  @Test
  void aCopyInPlainFloatsHasTheSameValues() throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("block"))) {
      CheckpointWriter.write(
          folder, golden.model(), golden, TensorType.F32, CheckpointWriter.DEFAULT_SHARD_BYTES);
      try (Checkpoint copy = Checkpoint.open(folder)) {
        assertThat(copy.stored().spec(GATE).type()).isEqualTo(TensorType.F32);
        assertThat(copy.tensor(GATE).toFloats()).isEqualTo(golden.tensor(GATE).toFloats());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "block | needs its factors in one tensor | neither is there | 0",
        "block | must hold one factor, one per row, or one per block of 16 x 16 | [3, 3] | 3",
        "tensor | must hold one factor | [2, 2] | 2",
      })
  void factorsThatDoNotFitAreRefused(String name, String message, String detail, int side)
      throws IOException {
    String factors = GATE + (name.equals("block") ? "_scale_inv" : "_scale");
    Map<String, Tensor> tensors = stored(name);
    tensors.remove(factors);
    if (side > 0) {
      tensors.put(
          factors,
          Tensor.ofFloats(
              TensorType.F32, List.of((long) side, (long) side), new float[side * side]));
    }
    write(name, tensors);

    assertRefused(GATE, message, detail);
  }

  @Test
  void twoTensorsOfFactorsAreRefused() throws IOException {
    Map<String, Tensor> tensors = stored("tensor");
    tensors.put(GATE + "_scale_inv", Tensor.ofFloats(TensorType.F32, List.of(), new float[1]));
    write("tensor", tensors);

    assertRefused(GATE, "both are there");
  }

  @Test
  void factorsOfNoFp8MatrixHaveNoPlace() throws IOException {
    Map<String, Tensor> tensors = stored("tensor");
    Tensor plain = Tensor.ofFloats(TensorType.BF16, List.of(40L, 32L), new float[40 * 32]);
    tensors.put(GATE, plain);
    write("tensor", tensors);

    assertRefused("no place", "mlp.gate_proj.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"fmt\": \"e4m3\" | \"fmt\": \"e5m2\" | fmt 'e5m2' is not supported",
        "\"quant_method\": \"fp8\" | \"quant_method\": \"gptq\" | quant_method 'gptq'",
        "\"quant_method\": \"fp8\" | \"quant_method\": \"modelopt\" | needs 'quant_algo'",
        "\"quant_method\": \"fp8\" | \"quant_method\": 8 | quant_method=8",
        "\"weight_block_size\": [ | \"weight_block_size\": [0, | weight_block_size",
        "\"weight_block_size\": [ | \"weight_block_size\": 16, \"other\": [ | weight_block_size=16",
        "16 | 8 | one per block of 8 x 8",
        "16 | 0 | holds 0",
      })
  void otherQuantisationsAreRefusedByName(String from, String to, String message)
      throws IOException {
    write("block", stored("block"));
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    int quantization = text.indexOf("quantization_config");
    Files.writeString(
        config, text.substring(0, quantization) + text.substring(quantization).replace(from, to));

    assertRefused(message);
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContainingAll(messages)
        .hasMessageNotContaining("\n");
  }

  private static Map<String, Tensor> stored(String name) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file =
        SafetensorsFile.open(GOLDEN.resolve(name).resolve("model.safetensors"))) {
      for (String tensor : file.names()) {
        Tensor mapped = file.tensor(tensor);
        byte[] copy = mapped.data().toArray(ValueLayout.JAVA_BYTE);
        tensors.put(tensor, new Tensor(mapped.type(), mapped.shape(), MemorySegment.ofArray(copy)));
      }
    }
    return tensors;
  }

  private void write(String name, Map<String, Tensor> tensors) throws IOException {
    SafetensorsWriter.write(folder.resolve("model.safetensors"), TensorSource.of(tensors));
    Files.copy(GOLDEN.resolve(name).resolve("config.json"), folder.resolve("config.json"));
  }
}
