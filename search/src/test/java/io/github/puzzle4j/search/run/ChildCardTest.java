package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildCardTest {

  @TempDir Path folder;

  @Test
  void anExportedChildHasACardWithItsLayersCostsQualityAndOrigin() throws IOException {
    SmallRun run = SmallRun.in(folder);
    Files.writeString(
        run.teacher().resolve("README.md"),
        "---\nlanguage: en\nlicense: mit\n---\nlicense: not this one\n");
    TargetReport report;
    try (Search search = run.open(SmallRun.PLAN, TaskVersions.current())) {
      report = search.run().report().targets().getFirst();
    }
    Path card = run.run().resolve("targets/h100-sxm/huggingface/README.md");
    String text = Files.readString(card);

    assertThat(text)
        .startsWith("---\nlicense: mit\nlibrary_name: transformers\n---\n")
        .doesNotContain("not this one")
        .doesNotContain(folder.toString())
        .contains(Digests.of(run.run().resolve("plan.yaml")))
        .contains(report.costSource());
    assertThat(text.lines().filter(line -> line.matches("\\| [0-3] \\| softmax .*"))).hasSize(4);
    TargetReport.Row child =
        report.rows().stream()
            .filter(row -> row.kind() != TargetReport.Kind.TEACHER)
            .filter(row -> text.contains(decimals(row.measured().lmLoss().mean())))
            .findFirst()
            .orElseThrow();
    assertThat(text)
        .contains(String.format(Locale.ROOT, "| %,d |", child.sizes().parameters()))
        .contains(decimals(child.measured().kl().mean()));

    run.search(SmallRun.PLAN);
    assertThat(card).hasContent(text);

    Files.writeString(card, "Of another hand.");
    run.search(SmallRun.PLAN);
    assertThat(card).hasContent("Of another hand.");
  }

  private static String decimals(double number) {
    return String.format(Locale.ROOT, "%.4f", number);
  }
}
