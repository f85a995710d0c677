package io.github.puzzle4j.search.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

  @TempDir private Path folder;

  @Test
  void figuresReadBackAsTheyWereWritten() throws IOException {
    ReportData data = SampleReport.of(4, 8, "sample");
    Path file = folder.resolve("report.json");
    ReportFile.writeJson(file, data);

    assertThat(ReportFile.readJson(file)).isEqualTo(data);
  }

  @Test
  void figuresThatWereChangedAreRefusedAndTheLineSaysHowToGetThemBack() throws IOException {
    Path file = folder.resolve("report.json");
    ReportFile.writeJson(file, SampleReport.of(4, 8, "sample"));
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"channels\":256", "\"channels\":255"));

    assertThat(file).content().isNotEqualTo(text);
    assertThatThrownBy(() -> ReportFile.readJson(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": changed since it was written; run the search again, which writes it from what"
                + " is stored");
  }

  @Test
  void anotherSchemaIsRefused() throws IOException {
    Path file = folder.resolve("report.json");
    ReportFile.writeJson(file, SampleReport.of(4, 8, "sample"));
    Files.writeString(
        file, Files.readString(file).replace("\"schema\":8", "\"schema\":1,\"unknownHere\":[]"));

    assertThatThrownBy(() -> ReportFile.readJson(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": report of schema 1; this release reads 8: run the search again with it, in a"
                + " new --out");
  }
}
