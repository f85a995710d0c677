package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On files of the package gguf, made from checkpoints that transformers wrote. */
class GgufCheckpointTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @ParameterizedTest
  @CsvSource({
    "llama3-rope, llama/llama3-rope-bf16",
    "qwen2, families/qwen2-untied",
    "qwen3, families/qwen3-untied"
  })
  void hasModelAndTensorsOfTheCheckpointThatItWasMadeFrom(String name, String folder)
      throws IOException {
    try (Checkpoint file = Checkpoint.open(GOLDEN.resolve("gguf/" + name + ".gguf"));
        Checkpoint original = Checkpoint.open(GOLDEN.resolve(folder))) {
      assertThat(file.model().layers()).isEqualTo(original.model().layers());
      assertThat(file.model().common())
          .usingRecursiveComparison()
          .ignoringFields("specialTokens.end")
          .isEqualTo(original.model().common());
      assertThat(file.names()).containsExactlyElementsOf(original.names());
      for (String tensor : original.names()) {
        assertThat(file.tensor(tensor).toFloats())
            .describedAs(tensor)
            .isEqualTo(original.tensor(tensor).toFloats());
      }
    }
  }

  @Test
  void quantisedMatricesAndBiasesAreInTheOrderOfHuggingFace() throws IOException {
    try (Checkpoint file = Checkpoint.openFinite(GOLDEN.resolve("gguf/mixed.gguf"));
        SafetensorsFile expected = SafetensorsFile.open(GOLDEN.resolve("gguf/mixed.safetensors"))) {
      assertThat(file.model().firstSoftmax().orElseThrow().biases()).isEqualTo(Biases.ALL);
      assertThat(file.names()).containsExactlyInAnyOrderElementsOf(expected.names());
      for (String tensor : expected.names()) {
        assertThat(file.spec(tensor)).isEqualTo(file.tensor(tensor).spec());
        assertThat(file.tensor(tensor).toFloats())
            .describedAs(tensor)
            .isEqualTo(expected.tensor(tensor).toFloats());
      }
      assertThat(file.storedBytes().keySet())
          .containsExactly("BF16", "F16", "F32", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0");
    }
  }
}
