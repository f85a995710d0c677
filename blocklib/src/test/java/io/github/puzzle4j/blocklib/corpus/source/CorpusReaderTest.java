package io.github.puzzle4j.blocklib.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
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
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CorpusReaderTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/corpora");

  @TempDir Path folder;

  private static List<CorpusRow> rows(Path... files) throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    try (CorpusReader reader = CorpusReader.of(List.of(files))) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  private static List<String> texts(Path... files) throws IOException {
    return rows(files).stream().map(row -> ((CorpusRow.Text) row).document().text()).toList();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(packed)) {
      stream.write(plain);
    }
    return packed.toByteArray();
  }

  private static byte[] zstd(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream stream = new ZstdOutputStream(packed)) {
      stream.write(plain);
    }
    return packed.toByteArray();
  }

  /** {@code src/test/python/corpora_golden.py} wrote the files with reference tools. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "text.jsonl.gz",
        "text.jsonl.zst",
        "text.parquet",
        "text.arrow",
        "large.arrow",
        "lz4.feather",
        "zstd.feather",
        "uncompressed.feather"
      })
  void everyFormatYieldsTheSameTexts(String file) throws IOException {
    List<String> expected =
        StreamSupport.stream(golden("texts").spliterator(), false)
            .map(JsonNode::stringValue)
            .toList();
    assertThat(texts(GOLDEN.resolve(file))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ids.parquet", "ids.arrow"})
  void idsAreReadFromColumns(String file) throws IOException {
    List<List<Integer>> ids = new ArrayList<>();
    for (CorpusRow row : rows(GOLDEN.resolve(file))) {
      ids.add(Arrays.stream(((CorpusRow.Tokens) row).sequence().ids()).boxed().toList());
    }
    assertThat(ids)
        .isEqualTo(
            StreamSupport.stream(golden("ids").spliterator(), false)
                .map(row ->
                    StreamSupport.stream(row.spliterator(), false).map(JsonNode::intValue).toList())
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"chats.parquet", "chats.arrow"})
  void nullFieldsOfMessagesInColumnsAreDropped(String file) throws IOException {
    assertThat(rows(GOLDEN.resolve(file)))
        .extracting(row -> ((CorpusRow.Chat) row).messages())
        .isEqualTo(StreamSupport.stream(golden("chats").spliterator(), false).toList());
  }

  private static JsonNode golden(String key) throws IOException {
    return Json.readTree(GOLDEN.resolve("rows.json")).path(key);
  }

  @Test
  void filesAreReadInSequence() throws IOException {
    Path first = file("b.jsonl", bytes("{\"text\": \"1\"}\n{\"text\": \"2\"}"));
    Path empty = file("empty.jsonl", new byte[0]);
    Path last = file("a.txt.gz", gzip(bytes("3\n")));
    assertThat(texts(first, empty, last)).containsExactly("1", "2", "3");
  }

  @Test
  void concatenatedCompressedPartsAreOneFile() throws IOException {
    for (String name : List.of("parts.jsonl.gz", "parts.jsonl.zst")) {
      ByteArrayOutputStream parts = new ByteArrayOutputStream();
      for (String text : List.of("{\"text\": \"1\"}\n{\"te", "xt\": \"2\"}\n")) {
        parts.write(name.endsWith("gz") ? gzip(bytes(text)) : zstd(bytes(text)));
      }
      assertThat(texts(file(name, parts.toByteArray()))).containsExactly("1", "2");
    }
  }

  @Test
  void aShortTextIsOneDocument() throws IOException {
    assertThat(texts(file("a.md", bytes("\ufeff\n  \n# Title\r\n\r\n text  \n\n\n"))))
        .containsExactly("# Title\n\n text  ");
    assertThat(rows(file("blank.txt", bytes("\n \n")))).isEmpty();
    assertThat(rows(file("empty.txt", new byte[0]))).isEmpty();
  }

  @Test
  void aLongTextIsCutAtBlankLinesAndNothingIsLost() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder book = new StringBuilder();
    for (int paragraph = 0; paragraph < 3000; paragraph++) {
      book.append("word ".repeat(1 + random.nextInt(30))).append(paragraph).append("\n\n");
    }
    List<String> documents = texts(file("book.txt", bytes(book.toString())));
    assertThat(documents).hasSizeGreaterThan(5);
    assertThat(String.join("\n\n", documents) + "\n\n").isEqualTo(book.toString());
    assertThat(documents)
        .allSatisfy(text -> assertThat(text.length()).isLessThan(PlainTextReader.CHARACTERS + 200));
  }

  @Test
  void aLongTextWithoutBlankLinesIsCutAtALineEnd() throws IOException {
    String line = "x".repeat(999) + "\n";
    List<String> documents = texts(file("lines.txt", bytes(line.repeat(2500))));
    assertThat(documents).hasSize(3);
    assertThat(String.join("\n", documents) + "\n").isEqualTo(line.repeat(2500));
  }

  @Test
  void errorsInCompressedFilesAreReportedWithFileAndLine() throws IOException {
    Path file = file("a.jsonl.zst", zstd(bytes("{\"text\": \"1\"}\n\n{\"txt\": \"2\"}\n")));
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ":3: expected either \"text\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void truncatedAndCorruptFilesAreReportedInOneLine(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : List.of("text.jsonl.gz", "text.jsonl.zst")) {
      byte[] whole = Files.readAllBytes(GOLDEN.resolve(name));
      for (int i = 0; i < 20; i++) {
        Path cut = file(name, Arrays.copyOf(whole, random.nextInt(whole.length)));
        assertThatThrownBy(() -> rows(cut))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageStartingWith(cut + ": is corrupt or truncated")
            .hasMessageNotContaining("\n");
        byte[] damaged = whole.clone();
        damaged[10 + random.nextInt(whole.length - 10)] ^= (byte) (1 + random.nextInt(255));
        Path broken = file(name, damaged);
        try {
          assertThat(texts(broken)).isEqualTo(texts(GOLDEN.resolve(name)));
        } catch (InvalidInputException failure) {
          assertThat(failure.getMessage()).contains(broken.toString()).hasLineCount(1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl.gz", "a.jsonl.zst", "a.txt.zst", "a.md.gz"})
  void filesWithAWrongSuffixAreReported(String name) throws IOException {
    Path file = file(name, bytes("{\"text\": \"plain\"}\n"));
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": is corrupt or truncated");
  }

  /** 200 million characters in one line, from a few kilobytes. */
  @Test
  void linesThatExpandBeyondTheLimitAreRejected() throws IOException {
    Path bomb = folder.resolve("bomb.jsonl.zst");
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'a');
    try (OutputStream stream = new ZstdOutputStream(Files.newOutputStream(bomb))) {
      stream.write(bytes("{\"text\": \""));
      for (int i = 0; i < 200; i++) {
        stream.write(block);
      }
    }
    assertThat(Files.size(bomb)).isLessThan(100_000);
    assertThatThrownBy(() -> rows(bomb))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(bomb + ":1: has more than");
  }

  @Test
  void foldersAndMissingFilesAreReported() {
    assertThatThrownBy(() -> rows(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(folder + ": is a folder, not a file");
    for (String name : List.of("none.jsonl", "none.txt.gz", "none.parquet")) {
      Path missing = folder.resolve(name);
      assertThatThrownBy(() -> rows(missing))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(missing + ": no such file");
    }
  }
}
