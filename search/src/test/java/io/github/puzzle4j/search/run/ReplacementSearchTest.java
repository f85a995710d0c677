package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replacements that a search of single variants did not know, from the plan to the child. */
class ReplacementSearchTest {

  private static final String SPACE = "space: {attention: [gqa_2], ffn: [50%], channelMultiple: 8}";

  @TempDir Path folder;

  private SmallRun run;

  @BeforeEach
  void write() throws IOException {
    run = SmallRun.in(folder);
  }

  /** Without other candidates, a sixth more throughput than the teacher's needs one layer less. */
  @Test
  void oneLayerTakesThePlaceOfTwoInEveryStage() throws IOException {
    String plan =
        SmallRun.PLAN
            .replace(SPACE, "space: {attention: [], ffn: [], merge: [1-2]}")
            .replace("1.1x", "1.15x")
            .replace("export: [huggingface]", "export: [huggingface, gguf-f32]");
    try (Search search = run.open(plan, TaskVersions.current())) {
      Layer own = search.teacher().layers().get(2);
      Replacement merged = new Replacement(new Span(1, 2), List.of(own));
      assertThat(search.space().wider()).containsExactly(merged);
      assertThat(search.distill().statistics())
          .singleElement()
          .satisfies(one -> assertThat(one.lossAfter()).isLessThan(one.lossBefore()));

      ScoreTable scores = search.score();
      double score = scores.score(merged).divergence().mean();
      assertThat(score).isPositive();

      TargetChoice.Chosen chosen = (TargetChoice.Chosen) search.choose(scores).getFirst();
      assertThat(chosen.problem().layers()).isEqualTo(4);
      assertThat(chosen.solved().proven()).isTrue();
      assertThat(chosen.child().replacements())
          .containsExactly(
              Replacement.of(0, own), merged, Replacement.of(3, search.teacher().layers().get(3)));
      assertThat(chosen.cost(chosen.child()).throughputTokensPerSecond())
          .isGreaterThan(1.15 * chosen.teacher().throughputTokensPerSecond());

      TargetReport report = search.run().report().targets().getFirst();
      TargetReport.Row child = row(report, TargetReport.Kind.CHILD);
      assertThat(child.predicted()).isCloseTo(score, within(1e-9));
      assertThat(child.measured().kl().mean()).isPositive();
      assertThat(row(report, TargetReport.Kind.CHILD_AFTER_GKD).measured().kl().mean())
          .isNotEqualTo(child.measured().kl().mean());
      assertThat(report.proof().status()).isEqualTo("OPTIMAL");
    }
    try (Checkpoint exported = Checkpoint.open(run.run().resolve("targets/h100-sxm/huggingface"))) {
      assertThat(exported.model().layers()).hasSize(3);
    }
    try (var files = Files.list(run.run().resolve("targets/h100-sxm/gguf-f32"))) {
      assertThat(files.map(Path::toString)).anyMatch(file -> file.endsWith(".gguf"));
    }
    assertThat(run.search(plan).computed().values()).containsOnly(0);
  }

  @Test
  void aWindowAndFewerHeadsAreOneVariant() throws IOException {
    String plan =
        SmallRun.PLAN
            .replace(SPACE, "space: {attention: [gqa_2_window_8], ffn: []}")
            .replace("1.1x", "1.02x")
            .replace("memory: 100%", "memory: 100%\n    loader: any")
            .replace("export: [huggingface]", "export: []");
    try (Search search = run.open(plan, TaskVersions.current())) {
      SoftmaxAttention own = search.teacher().firstSoftmax().orElseThrow();
      SoftmaxAttention both = own.withKvHeads(2).withWindow(8);
      Replacement first = Replacement.of(0, search.teacher().layers().getFirst().with(both));
      search.distill();
      ScoreTable scores = search.score();
      assertThat(scores.score(first).divergence().mean()).isPositive();

      TargetChoice.Chosen chosen = (TargetChoice.Chosen) search.choose(scores).getFirst();
      assertThat(chosen.child().model().layers()).extracting(Layer::attention).contains(both);
      assertThat(chosen.child().model().cachedElementsPerToken())
          .isLessThan(search.teacher().cachedElementsPerToken());
      TargetReport report = search.run().report().targets().getFirst();
      assertThat(row(report, TargetReport.Kind.CHILD).measured().kl().mean()).isPositive();
      assertThat(search.tasks().computed()).containsEntry(Task.Kind.TRAIN, 4);
    }
  }

  private static TargetReport.Row row(TargetReport report, TargetReport.Kind kind) {
    return report.rows().stream().filter(row -> row.kind() == kind).findFirst().orElseThrow();
  }

  /** vLLM loads no linear subblocks where layers differ; a loader of one's own may. */
  @Test
  void whatNoTargetCanUseIsNeitherTrainedNorScored() throws IOException {
    String plan = SmallRun.PLAN.replace(SPACE, SPACE.replace("[gqa_2]", "[gqa_2, linear]"));
    try (Search search = run.open(plan, TaskVersions.current())) {
      assertThat(search.distill().statistics())
          .hasSize(8)
          .noneMatch(one -> one.replacement().id().contains("linear"));
      assertThat(search.score().all()).hasSize(16);
    }
    try (Search search =
        run.open(
            plan.replace("    memory", "    loader: any\n    memory"), TaskVersions.current())) {
      assertThat(search.distill().statistics())
          .hasSize(12)
          .anyMatch(one -> one.replacement().id().contains("linear"));
      assertThat(search.score().all()).hasSize(24);
      assertThat(search.tasks().computed()).containsEntry(Task.Kind.TRAIN, 4);
    }
  }
}
