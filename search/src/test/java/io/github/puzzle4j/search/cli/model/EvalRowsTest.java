package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code eval} makes of rows that it cannot measure. */
class EvalRowsTest {

  @TempDir Path folder;

  private Path data(String text) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"input_ids\": [1, 2]}~{\"input_ids\": [1, 2}|:2, line 1, column 20: .*",
        "{\"input_ids\": [1, 2]}~~5|:3: is not a JSON object",
        "{\"txt\": \"a\"}|:1: expected either \"text\" or \"input_ids\" or \"messages\"; its keys"
            + " are \\[txt\\]",
        "{\"input_ids\": [1, 280]}|:1: token 1 has id 280; the model's vocabulary ends at 279",
        "{\"input_ids\": [1, -2]}|:1: input_ids\\[1\\] is -2; expected an integer of at least 0",
        "{\"text\": \"a\"}~{\"text\": \"\\ud800\"}|:2: the text contains an unpaired surrogate",
        "{\"input_ids\": [1]}|: nothing to predict; expected at least one row of two tokens or"
            + " more",
        "``|: nothing to predict; expected at least one row of two tokens or more"
      })
  void aWrongRowIsOneLineWithItsNumber(String rows, String line) throws IOException {
    Path data = data(rows.replace('~', '\n'));
    CommandRun run = CommandRun.of("eval", "--json", "--model", Golden.EVAL, "--data", data);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).matches("puzzle4j: " + data + line + "\n");
  }

  @Test
  void aRowIsAsLongAsTheModelAllowsOrRefused() throws IOException {
    String longest = "{\"input_ids\": %s}\n".formatted(Collections.nCopies(64, 7));
    assertThat(
            EvalCommandTest.eval("--model", Golden.EVAL, "--data", data(longest))
                .at("/tokens")
                .intValue())
        .isEqualTo(63);

    Path data = data(longest + "{\"input_ids\": %s}".formatted(Collections.nCopies(65, 7)));
    assertThat(CommandRun.of("eval", "--model", Golden.EVAL, "--data", data))
        .isEqualTo(
            CommandRun.refused(
                2, data + ":2: 65 tokens; the model supports at most 64: split the row"));
  }

  @Test
  void textWithoutATokenizerIsOneLine() throws IOException {
    Path data = data("{\"text\": \"a\"}");
    Path model = Golden.llama("tied-bf16");

    assertThat(CommandRun.of("eval", "--model", model, "--data", data))
        .isEqualTo(
            CommandRun.refused(
                2,
                "%s:1: holds text, but %s has no tokenizer (tokenizer.json); give input_ids"
                    .formatted(data, model)));
  }

  @Test
  void aBrokenTokenizerIsOneLineWhereItIsNeeded() throws IOException {
    Path model = Golden.copy(Golden.EVAL, folder.resolve("model"));
    Files.writeString(model.resolve("tokenizer.json"), "{\"version\": ");

    EvalCommandTest.eval("--model", model, "--data", data("{\"input_ids\": [1, 2]}"));
    CommandRun run = CommandRun.of("eval", "--model", model, "--data", data("{\"text\": \"a\"}"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("puzzle4j: " + model.resolve("tokenizer.json") + ": not a tokenizer");
  }

  @Test
  void missingRowsAreOneLine() {
    Path missing = folder.resolve("none.jsonl");

    assertThat(CommandRun.of("eval", "--model", Golden.EVAL, "--data", missing))
        .isEqualTo(CommandRun.refused(2, missing + ": no such file"));
    assertThat(CommandRun.of("eval", "--model", Golden.EVAL, "--data", folder))
        .isEqualTo(
            CommandRun.refused(
                2,
                folder
                    + ": holds no file with rows or text; the endings are .jsonl, .ndjson, .json,"
                    + " .txt and .md, each packed by gzip (.gz) or zstd (.zst) or not, .parquet and"
                    + " .arrow"));
  }
}
