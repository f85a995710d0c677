package io.github.puzzle4j.blocklib.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 1,000 mutations of each kind of file of text: changed bytes, lengths and ends. Each is read to
 * its end or refused in one line; a packed file with checksums is never read with other content.
 */
@Tag("hostile")
class HostileCorporaTest {

  private static final int MUTATIONS = 1000;
  private static final Path GOLDEN = Path.of("src/test/resources/golden/corpora");

  @TempDir Path folder;

  /** What is read of a file; none if it is refused. */
  private List<CorpusRow> rows(Path file) throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    try (CorpusReader reader = CorpusReader.of(List.of(file))) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  private static byte[] lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      lines.append(
          "{\"text\": \"row %d é\", \"task\": \"t\", \"x\": [%d, null]}\n".formatted(i, i));
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] content(String name) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    switch (name) {
      case "rows.jsonl" -> packed.write(lines());
      case "rows.jsonl.gz" -> {
        for (int member = 0; member < 2; member++) {
          try (OutputStream stream = new GZIPOutputStream(packed)) {
            stream.write(lines());
          }
        }
      }
      case "rows.jsonl.zst" -> {
        for (int frame = 0; frame < 2; frame++) {
          ByteArrayOutputStream one = new ByteArrayOutputStream();
          try (ZstdOutputStream stream = new ZstdOutputStream(one)) {
            stream.setChecksum(true);
            stream.write(lines());
          }
          packed.write(one.toByteArray());
        }
      }
      default -> packed.write(Files.readAllBytes(GOLDEN.resolve(name)));
    }
    return packed.toByteArray();
  }

  private static byte[] mutated(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> {
        // A length of four or eight bytes.
        int at = random.nextInt(bytes.length - 8);
        byte value = (byte) (random.nextBoolean() ? 0xff : 0x7f);
        Arrays.fill(bytes, at, at + (random.nextBoolean() ? 4 : 8), value);
      }
      case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> {
        for (int i = 0; i < 8; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "rows.jsonl, false",
    "rows.jsonl.gz, true",
    "rows.jsonl.zst, true",
    "text.parquet, false",
    "chats.parquet, false",
    "text.arrow, false",
    "chats.arrow, false",
    "zstd.feather, false",
    "lz4.feather, false",
  })
  void mutationsAreReadOrRefusedInOneLine(String name, boolean checked) throws IOException {
    byte[] whole = content(name);
    List<CorpusRow> expected = rows(Files.write(folder.resolve("whole-" + name), whole));
    SplittableRandom random = new SplittableRandom(name.hashCode());
    Path file = folder.resolve(name);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(whole, random);
      Files.write(file, bytes);
      try {
        List<CorpusRow> rows = rows(file);
        boolean oneWholePart = checked && bytes.length == whole.length / 2;
        if (oneWholePart) {
          continue;
        }
        if (checked) {
          assertThat(rows).as("mutation %d", i).isEqualTo(expected);
        }
        if (!name.startsWith("rows.jsonl") || checked) {
          assertThat(rows).as("mutation %d", i).hasSize(expected.size());
        }
      } catch (InvalidInputException failure) {
        refused++;
        assertThat(failure.getMessage()).startsWith(file.toString()).hasLineCount(1);
      }
    }
    assertThat(refused).isGreaterThan(MUTATIONS / 5);
    Runtime memory = Runtime.getRuntime();
    assertThat(memory.totalMemory() - memory.freeMemory()).isLessThan(1L << 30);
  }
}
