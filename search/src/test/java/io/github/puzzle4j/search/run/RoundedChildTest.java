package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.TargetReport;
import io.github.puzzle4j.search.report.TerminalReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a child is worth with its weights in fewer bits. */
class RoundedChildTest {

  @TempDir Path folder;

  @Test
  void itsQualityStandsInReportAndCardBesideThatIn16Bits() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan =
        SmallRun.PLAN.replaceFirst(
            "export: \\[.*\\]",
            "export: [huggingface, huggingface-fp8, huggingface-fp8-static, huggingface-nvfp4]");
    ReportData all = search(run, plan);
    TargetReport report = all.targets().getFirst();

    assertThat(report.rounded())
        .extracting(TargetReport.Rounded::format)
        .containsExactly("huggingface-fp8", "huggingface-fp8-static", "huggingface-nvfp4");
    double exact =
        report.rows().stream()
            .filter(row -> row.kind() == TargetReport.Kind.CHILD)
            .toList()
            .getFirst()
            .measured()
            .lmLoss()
            .mean();
    Path exports = run.run().resolve("targets/h100-sxm");
    String card = Files.readString(exports.resolve("huggingface/README.md"));
    for (TargetReport.Rounded format : report.rounded()) {
      double loss = format.measured().lmLoss().mean();
      assertThat(loss).isNotEqualTo(exact).isBetween(0.8 * exact, 1.2 * exact);
      assertThat(card)
          .contains("| %s | ".formatted(format.format()))
          .contains(String.format(Locale.ROOT, "%.4f", loss));
      assertThat(TerminalReport.of(all)).contains("weights in " + format.format());
    }
    try (Checkpoint read = Checkpoint.open(exports.resolve("huggingface-fp8-static"))) {
      assertThat(read.stored().names().stream().filter(name -> name.endsWith("input_scale")))
          .isNotEmpty()
          .allSatisfy(name ->
              assertThat(read.stored().tensor(name).toFloats()[0] * 448).isBetween(0.01f, 1000f));
    }
    assertThat(search(run, plan).targets().getFirst().rounded()).isEqualTo(report.rounded());
  }

  @Test
  void aPlanThatPricesAFormatMeasuresItThoughItIsNotWritten() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan = SmallRun.PLAN.replace("{batch: [64]}", "{batch: [64], weights: fp8_static}");
    assertThat(search(run, plan).targets().getFirst().rounded())
        .extracting(TargetReport.Rounded::format)
        .containsExactly("fp8_static, as priced");
  }

  private static ReportData search(SmallRun run, String plan) throws IOException {
    try (Search search = run.open(plan, TaskVersions.current())) {
      return search.run().report();
    }
  }
}
