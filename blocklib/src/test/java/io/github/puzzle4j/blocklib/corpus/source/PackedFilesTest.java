package io.github.puzzle4j.blocklib.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed files of several parts: none of them is lost without a word. */
class PackedFilesTest {

  private static final String FIRST = "{\"text\": \"1\"}\n";
  private static final String SECOND = "{\"text\": \"2\"}\n";

  @TempDir Path folder;

  private int rows(String name, byte[]... parts) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.write(part);
    }
    Path file = Files.write(folder.resolve(name), whole.toByteArray());
    int rows = 0;
    try (CorpusReader reader = CorpusReader.of(List.of(file))) {
      while (reader.next().isPresent()) {
        rows++;
      }
    }
    return rows;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(packed)) {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  private static byte[] zstd(String text) {
    return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Every byte of the second header that the format fixes, and every length of the file. */
  @Test
  void aDamagedSecondMemberIsAnError() throws IOException {
    byte[] first = gzip(FIRST);
    byte[] second = gzip(SECOND);
    assertThat(rows("good.jsonl.gz", first, second)).isEqualTo(2);
    for (int at : new int[] {0, 1, 2, 3}) {
      byte[] damaged = second.clone();
      damaged[at] ^= (byte) 0xe5;
      assertCorrupt("second.jsonl.gz", first, damaged);
    }
    for (int length = 1; length < second.length; length++) {
      assertCorrupt("cut.jsonl.gz", first, Arrays.copyOf(second, length));
    }
  }

  @Test
  void zerosMayFollowAndNothingElse() throws IOException {
    byte[] zeros = new byte[1 << 17];
    assertThat(rows("padded.jsonl.gz", gzip(FIRST), zeros)).isEqualTo(1);
    assertCorrupt("text.jsonl.gz", gzip(FIRST), "garbage".getBytes(StandardCharsets.UTF_8));
    assertCorrupt("after.jsonl.gz", gzip(FIRST), zeros, gzip(SECOND));
    assertCorrupt("one.jsonl.gz", gzip(FIRST), new byte[] {31});
  }

  @Test
  void framesOfZstdAreOneFile() throws IOException {
    byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9};
    assertThat(rows("a.jsonl.zst", zstd(FIRST), skippable, zstd(SECOND))).isEqualTo(2);
    assertThat(rows("b.jsonl.zst", skippable, zstd(FIRST), skippable)).isEqualTo(1);
    byte[] second = zstd(SECOND);
    for (int length = 1; length < second.length; length++) {
      assertCorrupt("cut.jsonl.zst", zstd(FIRST), Arrays.copyOf(second, length));
    }
    for (int length = 1; length < skippable.length; length++) {
      assertCorrupt("skip.jsonl.zst", zstd(FIRST), Arrays.copyOf(skippable, length));
    }
    assertCorrupt("garbage.jsonl.zst", zstd(FIRST), "garbage".getBytes(StandardCharsets.UTF_8));
    assertCorrupt("zeros.jsonl.zst", zstd(FIRST), new byte[8]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text.arrow",
        "zstd.feather",
        "lz4.feather",
        "text.parquet",
        "text.jsonl.zst",
        "text.jsonl.gz"
      })
  void everyTruncationIsAnError(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("src/test/resources/golden/corpora", name));
    for (int length = 0; length < whole.length; length += 1 + whole.length / 23) {
      assertCorrupt(name, Arrays.copyOf(whole, length));
    }
    assertCorrupt(name, Arrays.copyOf(whole, whole.length - 1));
  }

  private void assertCorrupt(String name, byte[]... parts) {
    assertThatThrownBy(() -> rows(name, parts))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder.resolve(name).toString())
        .hasMessageNotContaining("\n");
  }
}
