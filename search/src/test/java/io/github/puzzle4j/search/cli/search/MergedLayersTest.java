package io.github.puzzle4j.search.cli.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.DrawnTeacher;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A teacher of four layers, of which the first two, or the last two, may become one. */
class MergedLayersTest {

  private static final int LAYERS = 4;

  @TempDir Path folder;

  private Path plan;
  private Path run;

  @BeforeEach
  void write() throws IOException {
    DrawnTeacher.write(
        folder.resolve("teacher"),
        "\"model_type\": \"llama\", " + DrawnTeacher.ALIKE.replace("layers\": 2", "layers\": 4"));
    run = folder.resolve("run");
    plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            """
            schema: 1
            teacher: {path: teacher}
            data: {sequenceLength: 32}
            space: {attention: [], ffn: [50%], channelMultiple: 8, merge: [0-1, 2-3]}
            rank: {sequences: 4}
            distill: {steps: 4, batch: 2, warmupSteps: 0}
            score: {sequences: 2}
            targets: [{gpu: h100-sxm, throughput: 1.8x, scenario: {batch: [128]}}]
            rounds: 1
            childrenPerRound: 2
            uptrain: {steps: 2, batch: 2, warmupSteps: 0}
            export: [huggingface]
            """);
  }

  private CommandRun command(String name, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    System.arraycopy(new Object[] {name, plan, "--out", run}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    CommandRun answer = CommandRun.of(arguments);
    assertThat(answer.exitCode()).as(answer.err()).isZero();
    return answer;
  }

  @Test
  void aChildMayHaveFewerLayersThanItsTeacher() throws IOException {
    JsonNode models = command("search", "--json").json().at("/targets/0/models");

    assertThat(models.path(0).path("layers").size()).isEqualTo(LAYERS);
    JsonNode child = models.path(1);
    assertThat(child.path("name").stringValue()).isEqualTo("child");
    assertThat(child.path("layers").size()).isEqualTo(2);
    assertThat(child.path("throughput_tokens_per_second_per_gpu").doubleValue())
        .isGreaterThan(
            1.8 * models.path(0).path("throughput_tokens_per_second_per_gpu").doubleValue());
    ReportData report = ReportFile.readJson(run.resolve("report.json"));
    TargetReport.Row row = report.targets().getFirst().rows().get(1);
    assertThat(row.replacements())
        .extracting(replacement -> replacement.span().toString())
        .containsExactly("L0-1", "L2-3");
    try (Checkpoint exported = Checkpoint.open(run.resolve("targets/h100-sxm/huggingface"))) {
      assertThat(exported.model().layers()).hasSize(2);
    }
  }

  /** A merged layer is not taken for one of its first layer that looks the same. */
  @Test
  void theReportShowsSpansByTheirLayers() throws IOException {
    command("search");

    ReportData report = ReportFile.readJson(run.resolve("report.json"));
    assertThat(report.scores())
        .extracting(ReportData.VariantScore::variant)
        .containsSubsequence("gqa_4+ffn_64", "gqa_4+ffn_32", "L0-1/gqa_4+ffn_64");
    assertThat(report.distillation())
        .extracting(ReportData.DistilledVariant::variant)
        .contains("ffn ffn_32", "block L0-1/gqa_4+ffn_64", "block L2-3/gqa_4+ffn_64");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("L0-1/gqa_4+ffn_64", "L2-3/gqa_4+ffn_64");
  }

  @Test
  void theStagesNameTheLayersOfWhatTheyAnswer() {
    JsonNode variants = command("distill", "--json").json().path("variants");
    assertThat(variants.size()).isEqualTo(LAYERS + 2);
    assertThat(variants.path(0).path("variant").stringValue()).isEqualTo("ffn_32");
    assertThat(command("distill").out())
        .containsPattern("(?m)^0 +ffn +ffn_32 +[0-9.]+ +[0-9.]+$")
        .containsPattern("(?m)^2-3 +block +gqa_4\\+ffn_64 +[0-9.]+ +[0-9.]+$");

    JsonNode scores = command("score", "--json").json().path("scores");
    assertThat(scores.size()).isEqualTo(2 * LAYERS + 2);
    JsonNode merged = scores.path(2);
    assertThat(merged.propertyNames())
        .containsExactly("layer", "lastLayer", "layers", "variant", "divergence", "loss");
    assertThat(List.of(merged.path("layer").intValue(), merged.path("lastLayer").intValue()))
        .containsExactly(0, 1);
    assertThat(command("score").out())
        .containsPattern(
            "(?m)^0 +gqa_4\\+ffn_64 +0\\.000000 \\+- 0\\.000000 +[0-9.]+ \\+- [0-9.]+$")
        .containsPattern("(?m)^0-1 +gqa_4\\+ffn_64 +[0-9.]+ \\+- [0-9.]+ +[0-9.]+ \\+- [0-9.]+$");
  }
}
