package io.github.puzzle4j.blocklib.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetReaderTest {

  @TempDir Path folder;

  private Path parquet(String select) throws SQLException {
    Path file = folder.resolve("rows.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(select, file));
    }
    return file;
  }

  private static List<CorpusRow> rows(Path file) throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    try (CorpusReader reader = CorpusReader.of(List.of(file))) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  /** More rows than a row group of the file. */
  @Test
  void rowsAreReadInTheOrderOfTheFile() throws IOException, SQLException {
    int count = 130_000;
    Path file =
        parquet("SELECT 'row ' || i AS text FROM range(%d) t(i) ORDER BY i".formatted(count));
    List<String> texts =
        rows(file).stream().map(row -> ((CorpusRow.Text) row).document().text()).toList();
    assertThat(texts).isEqualTo(IntStream.range(0, count).mapToObj(i -> "row " + i).toList());
  }

  @Test
  void aReaderCanBeClosedBeforeTheEndOfTheFile() throws IOException, SQLException {
    Path file = parquet("SELECT repeat('x', 100) || i AS text FROM range(200000) t(i)");
    for (int i = 0; i < 3; i++) {
      try (ParquetReader reader = ParquetReader.open(file)) {
        assertThat(reader.next()).isPresent();
        assertThat(reader.place()).isEqualTo(file + ", row 1");
      }
    }
  }

  @Test
  void tasksAndAnswersAreRead() throws IOException, SQLException {
    CorpusRow.Text row =
        (CorpusRow.Text)
            rows(parquet("SELECT 'abcdef' AS text, 'copy' AS task, [[1, 2], [4, 6]] AS answers"))
                .getFirst();
    assertThat(row.document().task()).isEqualTo("copy");
    assertThat(row.document().answers()).containsExactly(new Span(1, 2), new Span(4, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 5 AS text | column \"text\" holds INTEGER; expected strings",
        "SELECT 'a'::BLOB AS text | column \"text\" holds BLOB; expected strings",
        "SELECT 'a' AS input_ids | column \"input_ids\" holds VARCHAR; expected lists of whole",
        "SELECT [1.5] AS input_ids | expected lists of whole numbers",
        "SELECT ['a'] AS messages | column \"messages\" holds VARCHAR[]; expected lists of structs",
        "SELECT 'a' AS txt, 1 AS id | expected a column \"text\" or \"input_ids\" or \"messages\";"
            + " there are [txt, id]",
        "SELECT 'a' AS text, [1] AS input_ids | , row 1: expected either \"text\"",
        "SELECT [1, -2] AS input_ids | , row 1: input_ids[1] is -2; expected an integer",
        "SELECT [1, NULL] AS input_ids | , row 1: input_ids[1] is null; expected an integer",
        "SELECT [{'role': 'user'}] AS messages | , row 1: messages[0] has no \"content\"",
        "SELECT [{'role': 'user', 'content': 5}] AS messages | , row 1: messages[0].content must"
            + " be",
      })
  void invalidRowsAreReported(String select, String message) throws SQLException {
    Path file = parquet(select);
    assertThatThrownBy(() -> rows(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void fileNamesAreNotExpandedAsPatterns() throws IOException, SQLException {
    parquet("SELECT 'a' AS text");
    for (String name : List.of("*.parquet", "row?.parquet", "[r]ows.parquet", "{rows}.parquet")) {
      Path file = folder.resolve(name);
      Files.copy(folder.resolve("rows.parquet"), file);
      assertThatThrownBy(() -> ParquetReader.open(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("must not hold any of");
    }
  }

  @Test
  void fileNamesCanContainQuotes() throws IOException, SQLException {
    Path file = folder.resolve("it's; \"x\" $1 'a', 'b.parquet");
    Files.move(parquet("SELECT 'a' AS text"), file);
    assertThat(rows(file)).hasSize(1);
  }

  @Test
  void filesOtherThanParquetAreReported() throws IOException {
    for (String content :
        List.of("", "PAR1", "text,more\na,b\n", "PAR1aaaaaaaaaaaaaaaaaaaaaaaPAR1")) {
      Path file = Files.writeString(folder.resolve("not.parquet"), content);
      assertThatThrownBy(() -> ParquetReader.open(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageNotContaining("\n");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void corruptFilesAreReportedInOneLineOrRead(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] whole = Files.readAllBytes(Path.of("src/test/resources/golden/corpora/text.parquet"));
    for (int i = 0; i < 10; i++) {
      Path cut =
          Files.write(
              folder.resolve("cut.parquet"), Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertThatThrownBy(() -> rows(cut)).isInstanceOf(InvalidInputException.class);
      byte[] damaged = whole.clone();
      for (int edit = 0; edit < 4; edit++) {
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      }
      Path broken = Files.write(folder.resolve("broken.parquet"), damaged);
      try {
        assertThat(rows(broken)).isNotEmpty();
      } catch (InvalidInputException failure) {
        assertThat(failure.getMessage()).startsWith(broken.toString()).hasLineCount(1);
      }
    }
  }
}
