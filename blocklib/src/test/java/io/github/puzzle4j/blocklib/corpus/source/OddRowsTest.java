package io.github.puzzle4j.blocklib.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are empty, long or many, and JSON in other shapes than one row per line. */
class OddRowsTest {

  private static final Path CASES = Path.of("../../shared/cases/corpora");

  @TempDir Path folder;

  private record Read(List<String> texts, long passedOver) {}

  private static Read read(Path path) throws IOException {
    List<String> texts = new ArrayList<>();
    try (CorpusReader reader = CorpusReader.of(CorpusFiles.find(path).files())) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        texts.add(((CorpusRow.Text) row.get()).document().text());
      }
      return new Read(texts, reader.passedOver());
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\": \"\"}",
        "{\"text\": null}",
        "{\"input_ids\": []}",
        "{\"messages\": []}",
        "{\"messages\": null, \"id\": 4}",
        "null",
        "{}",
      })
  void emptyRowsArePassedOverAndCounted(String row) throws IOException {
    Path file = file("rows.jsonl", row + "\n{\"text\": \"a\"}\n" + row + "\n");
    assertThat(read(file)).isEqualTo(new Read(List.of("a"), 2));
  }

  @Test
  void emptyRowsOfColumnsArePassedOver() throws IOException, SQLException {
    Path file = folder.resolve("rows.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM (VALUES (''), (NULL), ('a'), (' ')) t(text)) TO '%s'"
              .formatted(file));
    }
    assertThat(read(file)).isEqualTo(new Read(List.of("a", " "), 2));
  }

  @Test
  void aKeyWithoutValueIsAbsent() throws IOException {
    Path file =
        file(
            "rows.jsonl",
            "{\"text\": \"a\", \"messages\": null, \"task\": null, \"answers\": null}");
    assertThat(read(file).texts()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"text\": \"a\"}, {\"text\": \"\"}, {\"text\": \"b\"}]",
        "\n [\n  {\n    \"text\": \"a\"\n  },\n  null,\n  {\n    \"text\": \"b\"\n  }\n]\n",
        "\ufeff[{\"text\": \"a\"},{}, {\"text\": \"b\"}]",
      })
  void anArrayOfRowsIsRead(String content) throws IOException {
    for (String name : List.of("rows.json", "rows.jsonl", "rows.data")) {
      assertThat(read(file(name, content))).isEqualTo(new Read(List.of("a", "b"), 1));
    }
    assertThat(read(file("none.json", "[]")).texts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"text\": \"a\"}, {\"text\": \"b\"}|rows.json, row 3, line 1, column 30: Unexpected end",
        "[{\"text\": \"a\"}, {\"text\": \"b|rows.json, row 2, line 1",
        "[{\"text\": \"a\"}] {\"text\": \"b\"}|rows.json, row 2: text follows the array",
        "[{\"text\": \"a\"}, 5]|rows.json, row 2: is not a JSON object",
        "[1]|rows.json, row 1: is not a JSON object",
      })
  void arraysAreReportedWithTheRow(String content, String message) throws IOException {
    Path file = file("rows.json", content);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void numbersAreAsPythonWritesThem() throws IOException {
    Path file = file("rows.jsonl", "{\"text\": \"a\", \"x\": NaN, \"y\": [Infinity, -Infinity]}\n");
    assertThat(read(file).texts()).containsExactly("a");
  }

  @Test
  void linesOfManyMegabytesAreRead() throws IOException {
    String text = "word é ".repeat(3_000_000);
    Path file = file("long.jsonl", "{\"text\": \"a\"}\n{\"text\": \"" + text + "\"}\n");
    assertThat(read(file).texts()).containsExactly("a", text);
    assertThat(read(file("long.json", "[{\"text\": \"" + text + "\"}]")).texts())
        .containsExactly(text);
  }

  /** Each expands to far more blanks than any file of rows has. */
  @ParameterizedTest
  @ValueSource(strings = {"bomb.jsonl.zst", "bomb.txt.zst", "bomb.json.zst"})
  void blanksThatExpandBeyondTheLimitAreRejected(String name) throws IOException {
    Path bomb = folder.resolve(name);
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) '\n');
    try (OutputStream stream = new ZstdOutputStream(Files.newOutputStream(bomb))) {
      stream.write("  \n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 100; i++) {
        stream.write(block);
      }
    }
    assertThatThrownBy(() -> read(bomb))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(bomb + ":")
        .hasMessageContaining("blank characters");
  }

  @Test
  void publishedShapesAreRead() throws IOException {
    assumeTrue(Files.isDirectory(CASES), "no ../shared/cases beside the repository");
    assertThat(read(CASES.resolve("wikitext.parquet")).passedOver()).isEqualTo(3);
    assertThat(read(CASES.resolve("wikitext.parquet")).texts()).hasSize(2);
    assertThat(read(CASES.resolve("nan_meta.jsonl")).texts()).containsExactly("a b c", "d e f");
    assertThat(read(CASES.resolve("array_pretty.json")).texts()).hasSize(3);
    assertThat(read(CASES.resolve("c4dir")).texts())
        .isEqualTo(read(CASES.resolve("array_pretty.json")).texts());
  }
}
