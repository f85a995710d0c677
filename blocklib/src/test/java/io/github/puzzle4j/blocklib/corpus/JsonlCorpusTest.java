package io.github.puzzle4j.blocklib.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.demo.SyntheticCorpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonlCorpusTest {

  @TempDir Path folder;

  @Test
  void rowsComeBackAsWritten() throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(4).reader(CorpusSplit.VALIDATION);
    for (int i = 0; i < 50; i++) {
      rows.add(new CorpusRow.Text(reader.next(1)));
    }
    rows.add(new CorpusRow.Text(new Document("quotes \" and \n 🙂 \u2028", "odd", List.of())));
    rows.add(
        new CorpusRow.Tokens(
            TokenSequence.of(new int[] {4, 0, 9}, "ids", List.of(new Span(1, 3)))));
    Path file = folder.resolve("rows.jsonl");
    JsonlCorpus.write(file, rows);
    assertThat(JsonlCorpus.read(file)).isEqualTo(rows);
  }

  @Test
  void rowsNeedOnlyTextOrIds() throws IOException {
    Path file = file("{\"text\": \"Hello\"}\n{\"input_ids\": [1, 2]}");
    assertThat(JsonlCorpus.read(file))
        .containsExactly(
            new CorpusRow.Text(new Document("Hello", "text", List.of())),
            new CorpusRow.Tokens(TokenSequence.of(new int[] {1, 2}, "text", List.of())));
  }

  @Test
  void textBecomesTokensByTheTokenizer() throws IOException {
    BpeTrainer.train(List.of("map red bird ? red bird"), 400).write(folder, 64);
    Path file =
        file(
            """
            {"text": "map red bird ? red bird", "task": "recall", "answers": [[19, 23]]}
            """);
    try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
      CorpusRow.Text row = (CorpusRow.Text) JsonlCorpus.read(file).getFirst();
      TokenSequence first = tokenizer.encode(row.document()).orElseThrow();
      assertThat(first.segments().getFirst().task()).isEqualTo("recall");
      Span answer = first.answers().getFirst();
      assertThat(tokenizer.decode(first.slice(answer.start(), answer.end()).ids()))
          .isEqualTo(" bird");
    }
  }

  @Test
  void unknownKeysAndBlankLinesAreIgnored() throws IOException {
    Path file = file("\n{\"id\": 7, \"text\": \"fine\", \"source\": {\"a\": [1]}}\n\n");
    assertThat(JsonlCorpus.read(file)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]| is not a JSON object",
        "{\"text\": \"a\"| Unexpected end-of-input",
        "{\"text\": \"a\"} {}| railing token",
        "{\"text\": \"a\", \"text\": \"b\"}| Duplicate Object property",
        "{\"txt\": \"a\"}| its keys are [txt]",
        "{\"task\": \"a\"}| expected either \"text\" or \"input_ids\"",
        "{\"text\": \"a\", \"input_ids\": [1]}| expected either \"text\" or \"input_ids\"",
        "{\"text\": 5}| \"text\" must be a string",
        "{\"text\": \"a\\ud800\"}| the text contains an unpaired surrogate",
        "{\"text\": \"a\", \"task\": \"\"}| \"task\" must be a string that is not empty",
        "{\"input_ids\": \"1\"}| \"input_ids\" must be an array",
        "{\"input_ids\": [1, -2]}| input_ids[1] is -2; expected an integer of at least 0",
        "{\"input_ids\": [1.5]}| input_ids[0] is 1.5; expected an integer",
        "{\"input_ids\": [3000000000]}| input_ids[0] is 3000000000; expected an integer",
        "{\"text\": \"abc\", \"answers\": {}}| \"answers\" must be an array of [start, end]",
        "{\"text\": \"abc\", \"answers\": [[1]]}| answers[0] must be [start, end]",
        "{\"text\": \"abc\", \"answers\": [[2, 2]]}| answers[0] is [2, 2]: its start must be below",
        "{\"text\": \"abc\", \"answers\": [[1, 4]]}| answer [1, 4) must lie in [0, 3)",
        "{\"text\": \"abc\", \"answers\": [[1, 2], [0, 1]]}| answer [0, 1) must lie in [2, 3)",
        "{\"input_ids\": [1, 2], \"answers\": [[0, 3]]}| answer [0, 3) must lie in [0, 2)",
      })
  void invalidRowsAreReportedWithFileAndLine(String line, String message) throws IOException {
    Path file = file("{\"text\": \"fine\"}\n" + line + "\n{\"text\": \"fine\"}\n");
    assertThatThrownBy(() -> JsonlCorpus.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file + ":2")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void bytesThatAreNotUtf8AreReported() throws IOException {
    Path file = folder.resolve("latin.jsonl");
    Files.write(file, "{\"text\": \"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> JsonlCorpus.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file + ":1: not UTF-8");
  }

  @Test
  void missingFilesAndFoldersAreReported() throws IOException {
    Path missing = folder.resolve("missing.jsonl");
    assertThatThrownBy(() -> JsonlCorpus.read(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(missing + ": no such file");
    assertThatThrownBy(() -> JsonlCorpus.read(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a folder");
  }

  private Path file(String content) throws IOException {
    Path file = folder.resolve("corpus.jsonl");
    Files.writeString(file, content);
    return file;
  }
}
