package io.github.puzzle4j.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MainTest {

  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(new PrintStream(out, true), new PrintStream(err, true), arguments);
    return new Run(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Path plan(Path folder, String text) throws IOException {
    return Files.writeString(folder.resolve("plan.yaml"), text);
  }

  @Test
  void aloneItHelps() {
    Run run = run();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: puzzle4j", "Whole searches:", "plan", "Exit codes");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void itTellsItsVersion() {
    assertThat(run("--version").out()).startsWith("puzzle4j ").contains("Java 25");
  }

  @Test
  void everyCommandIsInTheHelp() {
    assertThat(CommandGroups.GROUPS.values().stream().flatMap(names -> names.stream()).toList())
        .doesNotHaveDuplicates()
        .containsAll(Main.commandLine().getSubcommands().keySet());
  }

  @Test
  void aMisspeltCommandIsOneLineWithTheNearest() {
    assertThat(run("plam"))
        .isEqualTo(new Run(2, "", "puzzle4j: unknown command 'plam'; did you mean 'plan'?\n"));
  }

  @Test
  void aMisspeltOptionIsOneLineWithTheNearest() {
    assertThat(run("plan", "--jsno", "x.yaml"))
        .isEqualTo(
            new Run(
                2,
                "",
                "puzzle4j: unknown option '--jsno' of 'puzzle4j plan'; did you mean '--json'?\n"));
  }

  @Test
  void aMisspeltOptionIsNamedEvenWhereAnArgumentIsMissingToo() {
    assertThat(run("plan", "--jsn").err())
        .isEqualTo("puzzle4j: unknown option '--jsn' of 'puzzle4j plan'; did you mean '--json'?\n");
  }

  @Test
  void aMissingArgumentIsOneLine() {
    Run run = run("plan");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("PLAN.yaml", "puzzle4j plan --help");
  }

  @Test
  void aMissingFileIsOneLine(@TempDir Path folder) {
    Path missing = folder.resolve("none.yaml");

    assertThat(run("plan", missing.toString()))
        .isEqualTo(new Run(2, "", "puzzle4j: " + missing + ": no such plan\n"));
  }

  @Test
  void aWrongPlanIsOneLineWithoutItsControlCharacters(@TempDir Path folder) throws IOException {
    Run run = run("plan", plan(folder, "schema: 1\n\"st\\e[31m\\npes\": 3\n").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("unknown key").doesNotContain("\u001b");
  }

  @Test
  void verboseAddsTheStackTrace(@TempDir Path folder) throws IOException {
    Run run = run("plan", "--verbose", plan(folder, "schema: 7\n").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("\tat io.github.puzzle4j.search.plan.PlanReader");
  }

  @Test
  void jsonIsOneObjectAndNothingElse(@TempDir Path folder) throws IOException {
    Path plan =
        plan(
            folder,
            """
            schema: 1
            teacher: {path: '%s'}
            targets: [{gpu: h100-sxm, throughput: 1.2x}]
            """
                .formatted(Path.of("..", "examples", "tiny-teacher").toAbsolutePath()));
    Run run = run("plan", "--json", plan.toString());

    assertThat(run.exitCode()).isZero();
    JsonNode json = Json.mapper().readTree(run.out());
    assertThat(json.at("/targets/0/gpu").asString()).isEqualTo("h100-sxm");
    assertThat(json.at("/distill/steps").intValue()).isEqualTo(1000);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void helpShowsNoTypesOfJava() {
    for (String command : List.of("eval", "search", "distill", "train-teacher", "doctor")) {
      CommandRun run = CommandRun.of(command, "--help");
      assertThat(run.exitCode()).as(command).isZero();
      assertThat(run.out()).as(command).contains("Usage").doesNotContain("Optional");
    }
  }
}
