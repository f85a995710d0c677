package io.github.puzzle4j.search.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TargetFitCommandTest {

  @TempDir private Path folder;
  private Path table;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    table = KernelRows.prompts(folder.resolve("t.csv"), 200, 1.5);
    out = folder.resolve("mine.json");
  }

  private CommandRun fit(Object... more) {
    Object[] first = {"target", "fit", "--backend", "vllm", "--version", "9.9", "--out", out};
    Object[] arguments = new Object[first.length + more.length];
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void whatWasWrittenIsATargetThatPredictsTheTable() {
    CommandRun run = fit("--table", table, "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().propertyNames())
        .containsExactly("target", "backend", "file", "by_operation", "skipped");
    assertThat(run.json().at("/by_operation/0/median").doubleValue()).isLessThan(0.05);
    JsonNode check =
        CommandRun.of(
                "target", "check", "--target", out, "--backend", "vllm", "--table", table, "--json")
            .json();
    assertThat(check.at("/target").stringValue()).isEqualTo("mine");
    assertThat(check.at("/median").doubleValue()).isLessThan(0.05);
  }

  @Test
  void peopleReadTheErrorsOnHeldOutShapes() {
    CommandRun run = fit("--table", table);
    assertThat(run.out())
        .contains(
            "mine, vllm: errors on shapes that were held out", "context_attention", "wrote " + out);
  }

  @Test
  void aDatasheetAloneGivesATargetOfTransferredCoefficients() throws IOException {
    String sheet = CommandRun.of("targets", "--json").json().at("/targets/0/datasheet").toString();
    Path gpu =
        Files.writeString(
            folder.resolve("gpu.json"),
            "{\"title\": \"A small one\", \"architecture\": \"ada\", \"datasheet\": %s}"
                .formatted(sheet));
    CommandRun run = fit("--datasheet", gpu, "--target", "h100-sxm");
    assertThat(run.exitCode()).isZero();
    assertThat(Files.readString(out)).contains("A small one", "transferred", "h100-sxm, vllm");
  }

  @Test
  void mistakesAreOneLineAndWriteNothing() {
    assertThat(fit())
        .isEqualTo(
            CommandRun.refused(
                2,
                "needs measured kernels to fit, with --table, or another GPU, with --datasheet"));
    assertThat(fit("--table", table, "--folds", "1"))
        .isEqualTo(CommandRun.refused(2, "--folds 1: must be at least 2"));
    assertThat(
            CommandRun.of(
                "target",
                "fit",
                "--backend",
                "vllm",
                "--version",
                "1",
                "--out",
                folder.resolve("Mine"),
                "--table",
                table))
        .extracting(CommandRun::exitCode)
        .isEqualTo(2);
    assertThat(out).doesNotExist();
  }
}
