package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.report.TargetReport;
import io.github.puzzle4j.search.report.TargetReport.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Depth pruning beside the other baselines, and baselines that are trained as the child is. */
class TrainedBaselinesTest {

  private static final String PLAN =
      SmallRun.PLAN
          .replace("attention: [gqa_2], ffn: [50%]", "attention: [noop], ffn: [50%, noop]")
          .replace("adapt: false", "adapt: true\nfinalists: 1")
          .replace("throughput: 1.1x", "throughput: 1.2x");

  @TempDir Path folder;

  @Test
  void depthPruningLeavesOutWholeLayersAndNothingElse() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan = PLAN.replace("baselines: []", "baselines: [depth]");
    try (Search search = run.open(plan, TaskVersions.current())) {
      TargetReport report = search.run().report().targets().getFirst();
      TargetReport.Row row = rows(report, Kind.DEPTH).getFirst();

      List<Layer> layers =
          row.replacements().stream().flatMap(one -> one.instead().stream()).toList();
      Layer own = search.teacher().layers().getFirst();
      Layer leftOut = new Layer(new NoAttention(), new NoFfn());
      assertThat(layers).hasSize(4).contains(leftOut).containsOnly(own, leftOut);
      double child = rows(report, Kind.CHILD).getFirst().predicted();
      assertThat(row.predicted()).isGreaterThanOrEqualTo(child);
    }
  }

  @Test
  void omissionLeavesOutSubblocksAndIsBetweenDepthPruningAndTheChild() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan = PLAN.replace("baselines: []", "baselines: [depth, omission]");
    try (Search search = run.open(plan, TaskVersions.current())) {
      TargetReport report = search.run().report().targets().getFirst();
      TargetReport.Row row = rows(report, Kind.OMISSION).getFirst();
      Layer own = search.teacher().layers().getFirst();
      for (Replacement one : row.replacements()) {
        Layer layer = one.instead().getFirst();
        assertThat(layer.attention()).isIn(own.attention(), new NoAttention());
        assertThat(layer.ffn()).isIn(own.ffn(), new NoFfn());
      }
      double child = rows(report, Kind.CHILD).getFirst().predicted();
      double depth = rows(report, Kind.DEPTH).getFirst().predicted();
      assertThat(row.predicted()).isBetween(child, depth);
    }
  }

  @Test
  void mostParametersKeepsTheBudgetAndMoreParametersThanAnyOtherChoice() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan =
        PLAN.replace("baselines: []", "baselines: [parameters, greedy, uniform, random, omission]");
    try (Search search = run.open(plan, TaskVersions.current())) {
      TargetReport report = search.run().report().targets().getFirst();
      TargetReport.Row most = rows(report, Kind.PARAMETERS).getFirst();
      double teacher = rows(report, Kind.TEACHER).getFirst().tokensPerSecond();
      assertThat(most.tokensPerSecond()).isGreaterThanOrEqualTo(1.2 * teacher * (1 - 1e-9));
      assertThat(report.rows())
          .filteredOn(row -> row.kind() != Kind.TEACHER)
          .allSatisfy(row ->
              assertThat(row.sizes().parameters()).isLessThanOrEqualTo(most.sizes().parameters()));
    }
  }

  @Test
  void aSpaceWithoutOmissionsHasNoDepthPruning() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan = SmallRun.PLAN.replace("baselines: []", "baselines: [depth]");
    try (Search search = run.open(plan, TaskVersions.current())) {
      TargetReport report = search.run().report().targets().getFirst();
      assertThat(rows(report, Kind.DEPTH)).isEmpty();
      assertThat(report.notes()).contains("depth pruning finds nothing within the budget.");
    }
  }

  @Test
  void baselinesGetTheTrainingOfTheChild() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan = PLAN.replace("baselines: []", "baselines: [depth, random]\ntrainBaselines: true");
    try (Search search = run.open(plan, TaskVersions.current())) {
      TargetReport report = search.run().report().targets().getFirst();
      for (Kind kind : List.of(Kind.DEPTH, Kind.RANDOM)) {
        List<TargetReport.Row> rows = rows(report, kind);
        assertThat(rows).extracting(TargetReport.Row::trained).containsExactly(false, true);
        assertThat(rows.getLast().label()).isEqualTo(kind.label() + " after training");
        assertThat(rows.getLast().replacements()).isEqualTo(rows.getFirst().replacements());
        assertThat(rows.getLast().measured()).isNotEqualTo(rows.getFirst().measured());
      }
      assertThat(search.tasks().computed()).containsEntry(Task.Kind.REPAIR, 3);
    }
    try (Search search = run.open(plan, TaskVersions.current())) {
      search.run();
      assertThat(search.tasks().computed().values()).containsOnly(0);
    }
  }

  private static List<TargetReport.Row> rows(TargetReport report, Kind kind) {
    return report.rows().stream().filter(row -> row.kind() == kind).toList();
  }
}
