package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void whatWasWrittenIsRead(int seed) throws IOException {
    Map<String, Tensor> tensors = randomTensors(seed);
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, TensorSource.of(tensors));
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
      assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = read.tensor(entry.getKey());
        assertThat(tensor.spec()).isEqualTo(entry.getValue().spec());
        assertThat(tensor.data().mismatch(entry.getValue().data())).isEqualTo(-1);
      }
    }
  }

  @Test
  void theSameTensorsInAnyOrderGiveTheSameBytes() throws IOException {
    Map<String, Tensor> tensors = randomTensors(7);
    Map<String, Tensor> reversed = new LinkedHashMap<>();
    List.copyOf(tensors.keySet())
        .reversed()
        .forEach(name -> reversed.put(name, tensors.getOrDefault(name, scalar())));
    SafetensorsWriter.write(folder.resolve("a"), TensorSource.of(tensors));
    SafetensorsWriter.write(folder.resolve("b"), TensorSource.of(reversed));
    assertThat(folder.resolve("b")).hasSameBinaryContentAs(folder.resolve("a"));
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void everyCutOfAFileIsRefused() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, TensorSource.of(randomTensors(3)));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Path cut = folder.resolve("cut.safetensors");
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> open(cut))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("cut.safetensors")
          .hasMessageNotContaining("\n");
    }
    Path cut = folder.resolve("cut.safetensors");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> open(cut))
        .hasMessageContaining("truncated")
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}"
            + " | 12 | inside the one before",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}"
            + " | 16 | 4 bytes before tensor 'b'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 12 | 4 bytes after the"
            + " last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | 8 bytes of tensor"
            + " data expected, 4 present",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | 8 | is 12 bytes, but"
            + " data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | 8 | shape holds -2",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}} | 8 | shape holds 2.5",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,8],\"data_offsets\":[0,8]}} | 8 |"
            + " more bytes than",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807],\"data_offsets\":[0,9223372036854775807]}}"
            + " | 8 | 8 present",
        "{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}} | 8 | unsupported dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + " | 8 | Duplicate Object property",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | 8 | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}} | 8 | shape is not a list",
        "{\"a\":[]} | 0 | dtype",
        "{\"__metadata__\":{\"format\":1}} | 0 | not a string",
        "{\"__metadata__\":[]} | 0 | not an object",
        "{\"a\": | 0 | header",
        "[1,2] | 0 | not a safetensors file",
      })
  void contradictionsAreNamed(String header, int dataBytes, String message) throws IOException {
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, file(header, header.getBytes(StandardCharsets.UTF_8).length, dataBytes));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("bad.safetensors")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 25_000_001L, Long.MAX_VALUE, Long.MIN_VALUE})
  void anAbsurdHeaderLengthIsRefused(long length) throws IOException {
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, file("{}", length, 0));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("header length");
  }

  @Test
  void aHeaderInAnotherEncodingIsRefused() throws IOException {
    Path file = folder.resolve("bad.safetensors");
    byte[] malformed = "{\"\u00c0\u00af\":1}".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file, file(malformed, malformed.length, 0));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("bad.safetensors: header: is not in UTF-8, first at byte 2");
    byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
    Files.write(file, file(wide, wide.length, 0));
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not in UTF-8");
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    Path other = Files.createDirectory(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> open(other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(other + ": is a folder, not a file");
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, TensorSource.of(Map.of("x", scalar())));
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> read.tensor("y"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'y'");
    }
  }

  @Test
  void tensorsOverTwoGibibytesAndFilesOverFourAreOneMap() throws IOException {
    String header =
        "{\"large\":{\"dtype\":\"BF16\",\"shape\":[3,1000000000],\"data_offsets\":[0,6000000000]},"
            + "\"far\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[6000000000,6000000004]}}";
    Path file = folder.resolve("large.safetensors");
    Files.write(file, file(header, header.length(), 0));
    long dataStart = Files.size(file);
    // Sparse: only what is written here takes space.
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.seek(dataStart + 2 * 2_900_000_000L);
      sparse.write(new byte[] {0, 0x40});
      sparse.seek(dataStart + 6_000_000_000L);
      sparse.write(new byte[] {0, 0, (byte) 0x80, 0x3F});
    }
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      Tensor large = read.tensor("large");
      assertThat(large.data().byteSize()).isEqualTo(6_000_000_000L);
      assertThat(large.toFloats(2_899_999_999L, 3)).containsExactly(0, 2, 0);
      assertThatThrownBy(large::toFloats).hasMessageContaining("read them in parts");
      assertThat(read.tensor("far").toFloats()).containsExactly(1);
    }
  }

  @Test
  void tensorsAreViewsOfTheFile() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, TensorSource.of(Map.of("x", scalar())));
    Tensor tensor;
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      tensor = read.tensor("x");
      assertThat(tensor.data().isMapped()).isTrue();
      assertThat(tensor.data().isReadOnly()).isTrue();
    }
    assertThatThrownBy(tensor::toFloats).hasMessageContaining("closed");
  }

  private static void open(Path file) throws IOException {
    SafetensorsFile.open(file).close();
  }

  private static byte[] file(String header, long announced, int dataBytes) {
    return file(header.getBytes(StandardCharsets.UTF_8), announced, dataBytes);
  }

  private static byte[] file(byte[] text, long announced, int dataBytes) {
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(announced)
        .put(text)
        .array();
  }

  private static Tensor scalar() {
    return Tensor.ofFloats(TensorType.F32, List.of(), new float[] {1});
  }

  private static Map<String, Tensor> randomTensors(int seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    TensorType[] types = {TensorType.BF16, TensorType.F32, TensorType.F16};
    for (int i = 0; i < 6; i++) {
      long rows = random.nextInt(4);
      long columns = 1L + random.nextInt(5);
      float[] values = new float[(int) (rows * columns)];
      for (int k = 0; k < values.length; k++) {
        values[k] = (float) random.nextGaussian();
      }
      tensors.put(
          "layer." + random.nextInt(1000) + "." + i,
          Tensor.ofFloats(types[random.nextInt(types.length)], List.of(rows, columns), values));
    }
    tensors.put("scalar", scalar());
    return tensors;
  }
}
