package io.github.puzzle4j.blocklib.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that lie: each is refused in one line, without reading or allocating what it claims. */
class HostileGgufTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/gguf");
  private static final long HUGE = 1L << 40;
  private static final int F32 = 0;
  private static final int Q4_K = 12;
  private static final int ARRAY = 9;
  private static final int STRING = 8;

  @TempDir Path folder;

  private static Arguments of(GgufBytes bytes, String message) {
    return Arguments.of(bytes, message);
  }

  private static GgufBytes first(int type, long offset, long... shape) {
    return GgufBytes.of(1, 0).tensor("a", type, offset, shape);
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        of(new GgufBytes(), "does not start with 'GGUF'"),
        of(new GgufBytes().raw("GGM"), "does not start with 'GGUF'"),
        of(new GgufBytes().raw("ggml").int32(3), "does not start with 'GGUF'"),
        of(new GgufBytes().raw("GGUF"), "truncated: the version"),
        of(new GgufBytes().raw("GGUF").int32(1).int64(0).int64(0), "version 1 is not supported"),
        of(new GgufBytes().raw("GGUF").int32(9).int64(0).int64(0), "version 9 is not supported"),
        of(new GgufBytes().raw("GGUF").int32(3 << 24).int64(0).int64(0), "big-endian"),
        of(GgufBytes.of(HUGE, 0), "number of tensors is 1099511627776"),
        of(GgufBytes.of(-1, 0), "number of tensors is 18446744073709551615"),
        of(GgufBytes.of(0, HUGE), "number of keys is 1099511627776"),
        of(GgufBytes.of(0, 1).int64(HUGE).raw("x".repeat(20)), "text of 1099511627776 bytes"),
        of(GgufBytes.of(0, 1).text("\0").int32(99).int64(0), "has type 99"),
        of(GgufBytes.of(0, 1).text("k").int32(STRING).int64(HUGE), "k has a text of"),
        of(GgufBytes.of(0, 1).text("k").int32(ARRAY).int32(4).int64(HUGE), "items of 'k' is"),
        of(
            GgufBytes.of(0, 1).text("k").int32(ARRAY).int32(STRING).int64(5).int64(0),
            "items of 'k'"),
        of(GgufBytes.of(0, 1).text("k").int32(ARRAY).int32(ARRAY).int64(0), "array of arrays"),
        of(GgufBytes.of(0, 2).put("k", 1).put("k", 2), "key 'k' occurs twice"),
        of(GgufBytes.of(0, 1).put("general.alignment", 33), "general.alignment=33"),
        of(GgufBytes.of(0, 1).put("general.alignment", 0), "general.alignment=0"),
        of(GgufBytes.of(0, 1).put("general.alignment", 1 << 30), "general.alignment=1073741824"),
        of(GgufBytes.of(0, 1).put("split.count", 3), "one of 3 files of a split model"));
  }

  static Stream<Arguments> tables() {
    return Stream.of(
        of(first(F32, 0, 8).data(31), "truncated: 32 bytes of tensors expected, 31 present"),
        of(first(F32, 0, 8), "truncated: 32 bytes of tensors expected"),
        of(first(F32, 0, 8).data(64), "32 bytes after the last tensor belong to none"),
        of(first(F32, 32, 8).data(64), "begins at 32; behind the one before it"),
        of(first(F32, -32, 8).data(64), "begins at 18446744073709551584"),
        of(first(F32, 1, 8).data(64), "begins at 1;"),
        of(first(F32, 0).data(64), "has 0 dimensions"),
        of(first(F32, 0, 1, 1, 1, 1, 8).data(64), "has 5 dimensions"),
        of(first(F32, 0, 0).data(64), "impossible shape [0]"),
        of(first(F32, 0, -8).data(64), "impossible shape [-8]"),
        of(first(F32, 0, HUGE, HUGE).data(64), "impossible shape"),
        of(first(F32, 0, HUGE).data(64), "truncated: 4398046511104 bytes"),
        of(first(Q4_K, 0, 32).data(64), "Q4_K with rows of 32 numbers"),
        of(first(23, 0, 256).data(160), "type IQ4_XS; [F32"),
        of(first(4711, 0, 32).data(64), "type number 4711"),
        of(
            GgufBytes.of(1, 0).tensor("a".repeat(64), F32, 0, 8).data(32),
            "text of 64 bytes; at most 63"),
        of(
            GgufBytes.of(2, 0).tensor("a", F32, 0, 8).tensor("a", F32, 32, 8).data(64),
            "tensor 'a' occurs twice"),
        of(
            GgufBytes.of(2, 0).tensor("a", F32, 0, 8).tensor("b", F32, 0, 8).data(64),
            "tensor 'b' begins at 0; behind the one before it, at a multiple of 32, it would at 32"));
  }

  @ParameterizedTest
  @MethodSource({"headers", "tables"})
  void isRefusedInOneLine(GgufBytes bytes, String message) throws IOException {
    Path file = bytes.write(folder.resolve("model.gguf"));

    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed", "qwen3", "llama3-rope"})
  void damagedBytesAreRefusedOrReadAsTheyAre(String name) throws IOException {
    byte[] sound = Files.readAllBytes(GOLDEN.resolve(name + ".gguf"));
    Path file = folder.resolve("model.gguf");
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = sound.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        damaged[random.nextInt(Math.min(2400, damaged.length))] = (byte) random.nextInt(256);
      }
      Files.write(
          file, i % 4 == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged);
      refused += isRefused(file) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(200);
  }

  private static boolean isRefused(Path file) throws IOException {
    try {
      Checkpoint.openFinite(file).close();
      return false;
    } catch (InvalidInputException mistake) {
      assertThat(mistake).hasMessageStartingWith(file.toString());
      assertThat(mistake.getMessage()).doesNotContain("\n");
      return true;
    }
  }

  @Test
  void aPipeAndAFolderAreNoModels() {
    assertThatThrownBy(() -> GgufFile.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a folder");
  }
}
