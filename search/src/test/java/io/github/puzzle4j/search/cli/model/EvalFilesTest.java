package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The kinds of files that {@code eval} reads: the same rows measure the same. */
class EvalFilesTest {

  private static final String IDS =
      "{\"input_ids\": [5, 6, 7, 8, 9]}\n{\"input_ids\": [20, 21, 22]}\n";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream packed =
            name.endsWith(".gz")
                ? new GZIPOutputStream(plain)
                : name.endsWith(".zst") ? new ZstdOutputStream(plain) : plain) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static JsonNode eval(Path model, Path data) {
    return EvalCommandTest.eval("--model", model, "--data", data);
  }

  private Path parquet(String select) throws SQLException {
    Path file = folder.resolve("rows.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(select, file));
    }
    return file;
  }

  @Test
  void packedRowsMeasureAsPlainOnes() throws IOException {
    String rows = Files.readString(Golden.EVAL.resolve("rows.jsonl"));
    JsonNode plain = eval(Golden.EVAL, file("rows.jsonl", rows));
    assertThat(eval(Golden.EVAL, file("rows.jsonl.gz", rows))).isEqualTo(plain);
    assertThat(eval(Golden.EVAL, file("rows.jsonl.zst", rows))).isEqualTo(plain);
    assertThat(eval(Golden.EVAL, file("rows.data", rows))).isEqualTo(plain);
  }

  @Test
  void parquetMeasuresAsJsonLines() throws IOException, SQLException {
    JsonNode plain = eval(Golden.EVAL, file("ids.jsonl", IDS));
    assertThat(
            eval(
                Golden.EVAL,
                parquet(
                    "SELECT * FROM (VALUES ([5, 6, 7, 8, 9], 1), ([20, 21, 22], 2))"
                        + " t(input_ids, id)")))
        .isEqualTo(plain);
  }

  @Test
  void aFolderMeasuresAsTheRowsInIt() throws IOException {
    JsonNode plain = eval(Golden.EVAL, file("ids.jsonl", IDS));
    file("parts/1.jsonl", IDS.lines().toList().get(0));
    file("parts/2.jsonl.gz", IDS.lines().toList().get(1));
    assertThat(eval(Golden.EVAL, folder.resolve("parts"))).isEqualTo(plain);

    Path about = file("parts/README.md", "About the parts.");
    CommandRun run =
        CommandRun.of("eval", "--model", Golden.EVAL, "--data", folder.resolve("parts"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("evaluate: 1 files are not read, such as " + about + "\n");
  }

  @Test
  void aTextFileMeasuresAsARowWithItsText() throws IOException {
    JsonNode row = eval(Golden.EVAL, file("text.jsonl", "{\"text\": \"The cat\\nsat.\"}"));
    assertThat(eval(Golden.EVAL, file("text.txt", "The cat\r\nsat.\n"))).isEqualTo(row);
  }

  @Test
  void messagesMeasureAsTheTextThatTheTemplateMakes() throws IOException {
    Path model = Golden.copy(Golden.EVAL, folder.resolve("model"));
    Path chats =
        file(
            "chats.jsonl",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"The cat\"},"
                + " {\"role\": \"assistant\", \"content\": \"sat.\"}]}");
    assertThat(CommandRun.of("eval", "--model", model, "--data", chats))
        .isEqualTo(
            CommandRun.refused(
                2,
                chats + ":1: holds messages, but " + model + " has no chat template; give text"));

    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }} {% endfor %}");
    JsonNode text =
        eval(model, file("text.jsonl", "{\"text\": \"[user] The cat [assistant] sat. \"}"));
    assertThat(eval(model, chats)).isEqualTo(text);
  }
}
