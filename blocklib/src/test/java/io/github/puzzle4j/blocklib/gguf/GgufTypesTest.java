package io.github.puzzle4j.blocklib.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** What {@code quantize_row_*_ref} of ggml 0.25 writes; some blocks are zero or positive. */
  @ParameterizedTest
  @CsvSource({
    "Q8_0, 288af2d3e2e40129",
    "Q4_0, d3978c2fd1992a58",
    "Q5_0, 2eb9ca7b6a63395c",
    "Q4_K, 7075494285ca4890",
    "Q6_K, 1db7e757a5d2fa52",
  })
  void numbersAreRoundedToTheBlocksThatLlamaCppWrites(GgufType type, String digest)
      throws NoSuchAlgorithmException {
    float[] numbers = numbers();
    byte[] blocks = new byte[(int) type.bytes(numbers.length)];

    type.encode(numbers, numbers.length, blocks);

    byte[] hash = MessageDigest.getInstance("SHA-256").digest(blocks);
    assertThat(HexFormat.of().formatHex(hash)).startsWith(digest);
  }

  /** Numbers that every language computes alike. */
  private static float[] numbers() {
    float[] numbers = new float[256 * 512];
    for (int i = 0; i < numbers.length; i++) {
      long drawn = ((i * 1103515245L + 12345) * 2654435761L) >>> 13;
      int whole = Math.floorMod((int) (drawn & 0xFFFF) - 32768, 7919) - 3959;
      numbers[i] = whole / 7919f * (1 + i / 32 % 7);
    }
    Arrays.fill(numbers, 256 * 3, 256 * 3 + 64, 0);
    Arrays.fill(numbers, 256 * 5, 256 * 6, 0);
    for (int i = 256 * 7; i < 256 * 8; i++) {
      numbers[i] = Math.abs(numbers[i]);
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void numbersThatAreStoredByThemselvesAreRoundedToTheNearest(GgufType type) {
    float[] numbers = numbers();
    byte[] stored = new byte[(int) type.bytes(numbers.length)];
    float[] read = new float[numbers.length];

    type.encode(numbers, numbers.length, stored);
    type.decode(stored, read, read.length);

    TensorType same = TensorType.valueOf(type.name());
    List<Long> shape = List.of((long) numbers.length);
    assertThat(read).isEqualTo(Tensor.ofFloats(same, shape, numbers).toFloats());
  }
}
