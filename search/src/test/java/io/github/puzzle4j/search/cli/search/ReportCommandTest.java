package io.github.puzzle4j.search.cli.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SampleReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ReportCommandTest {

  @TempDir private Path folder;

  private Path run(String name, long seed) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    ReportData report = SampleReport.of(seed, 8, name);
    ReportFile.writeJson(run.resolve("report.json"), report);
    return run;
  }

  @Test
  void aRunGetsItsPageAgain() throws IOException {
    Path run = run("one", 1);
    CommandRun report = CommandRun.of("report", run);

    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(report.out())
        .contains("child after GKD")
        .endsWith("Report: " + run.resolve("report.html") + "\n");
    assertThat(run.resolve("report.html")).content().contains("\"name\":\"one\"");
  }

  @Test
  void severalRunsAreOnOnePage() throws IOException {
    Path page = folder.resolve("both.html");
    CommandRun report =
        CommandRun.of("report", run("a/same", 1), run("b/same", 2), "--out", page, "--json");

    assertThat(report.exitCode()).as(report.err()).isZero();
    JsonNode json = report.json();
    assertThat(json.path("report").asString()).isEqualTo(page.toString());
    assertThat(json.path("runs")).hasSize(2);
    assertThat(json.path("runs").path(1).path("run").asString())
        .isEqualTo(folder.resolve("b/same").toString());
    assertThat(json.path("runs").path(1).path("results").path("targets")).hasSize(2);
    assertThat(page)
        .content()
        .contains("\"name\":\"same\"", "\"name\":\"%s\"".formatted(folder.resolve("b/same")));
  }

  @Test
  void oneThatIsNoRunIsNamedAndNothingIsWritten() throws IOException {
    Path page = folder.resolve("page.html");
    Path none = folder.resolve("none");

    assertThat(CommandRun.of("report", run("one", 1), none, "--out", page))
        .isEqualTo(
            CommandRun.refused(
                2, "%s: no finished run or sweep: there is no report.json in it".formatted(none)));
    assertThat(page).doesNotExist();
  }
}
