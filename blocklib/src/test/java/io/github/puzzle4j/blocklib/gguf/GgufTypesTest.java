package io.github.puzzle4j.blocklib.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On random blocks, which the package gguf multiplied out. */
class GgufTypesTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/gguf");

  @ParameterizedTest
  @EnumSource(GgufType.class)
  void blocksAreMultipliedOutToTheLastBit(GgufType type) throws IOException {
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("types.gguf"));
        SafetensorsFile expected = SafetensorsFile.open(GOLDEN.resolve("types.safetensors"))) {
      GgufTensor tensor = Objects.requireNonNull(file.tensors().get(type.name()));
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.shape()).isEqualTo(expected.spec(type.name()).shape());

      float[] numbers = new float[(int) tensor.elements()];
      byte[] buffer = new byte[(int) tensor.bytes()];
      file.readRows(tensor, 0, (int) tensor.rows(), buffer, numbers);

      assertThat(numbers).isEqualTo(expected.tensor(type.name()).toFloats());
    }
  }

  @Test
  void rowsCanBeReadOneByOne() throws IOException {
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("types.gguf"))) {
      GgufTensor tensor = Objects.requireNonNull(file.tensors().get("Q4_1"));
      float[] whole = new float[512];
      file.readRows(tensor, 0, 2, new byte[(int) tensor.bytes()], whole);
      float[] second = new float[256];
      file.readRows(tensor, 1, 1, new byte[(int) tensor.rowBytes()], second);

      assertThat(second).isEqualTo(Arrays.copyOfRange(whole, 256, 512));
    }
  }
}
