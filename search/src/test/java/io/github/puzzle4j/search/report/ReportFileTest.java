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
  void aSubblockThatDoesNotExistIsRefusedByName() throws IOException {
    Path file = folder.resolve("report.json");
    ReportFile.writeJson(file, SampleReport.of(4, 8, "sample"));
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"kind\":\"GatedFfn\",\"channels\":256", "\"kind\":\"GatedFn\",\"channels\":256"));

    assertThatThrownBy(() -> ReportFile.readJson(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Could not resolve type id 'GatedFn'");
  }

  @Test
  void anotherSchemaIsRefused() throws IOException {
    Path file = folder.resolve("report.json");
    ReportFile.writeJson(file, SampleReport.of(4, 8, "sample"));
    Files.writeString(
        file, Files.readString(file).replace("\"schema\":3", "\"schema\":1,\"unknownHere\":[]"));

    assertThatThrownBy(() -> ReportFile.readJson(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            file
                + ": report of schema 1; this release reads 3: run the search again with it, in a"
                + " new --out");
  }
}
