package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A search with rounds of measured children, and with blocks that are distilled on its child. */
class MeasuredChildrenTest {

  private static final String PLAN =
      SmallRun.PLAN
          .replace("rounds: 0", "rounds: 2")
          .replace("childrenPerRound: 2", "childrenPerRound: 4")
          .replace("adapt: false", "adapt: true\nfinalists: 1")
          .replace("baselines: []", "baselines: [greedy, random]");

  @TempDir Path folder;

  @Test
  void whatWasMeasuredIsReportedAndUsedAgain() throws IOException {
    SmallRun run = SmallRun.in(folder);
    TargetReport report;
    JsonNode json;
    try (Search search = run.open(PLAN, TaskVersions.current())) {
      SearchOutcome outcome = search.run();
      report = outcome.report().targets().getFirst();
      json = ResultsJson.of(outcome.report(), outcome.outOfReach()).at("/targets/0");
      assertThat(search.tasks().computed())
          .containsEntry(Task.Kind.CHILD, report.truth().orElseThrow().children())
          .containsEntry(Task.Kind.ADAPT, 4);
    }

    TargetReport.Truth truth = report.truth().orElseThrow();
    assertThat(truth.children()).isGreaterThan(2);
    assertThat(truth.rounds()).hasSizeBetween(1, 3);
    assertThat(truth.rounds().getLast()).isLessThanOrEqualTo(truth.rounds().getFirst());
    assertThat(truth.childLoss().mean()).isLessThanOrEqualTo(truth.sumLoss().mean());
    List<TargetReport.Kind> kinds = report.rows().stream().map(TargetReport.Row::kind).toList();
    assertThat(kinds)
        .startsWith(
            TargetReport.Kind.TEACHER,
            TargetReport.Kind.CHILD,
            TargetReport.Kind.CHILD_AFTER_GKD,
            TargetReport.Kind.CHILD_ASSEMBLED);
    assertThat(kinds.contains(TargetReport.Kind.BEST_SUM))
        .isEqualTo(truth.childLoss().mean() < truth.sumLoss().mean());

    assertThat(json.at("/truth/children").asInt()).isEqualTo(truth.children());
    assertThat(json.at("/truth/rounds_best_kl").size()).isEqualTo(truth.rounds().size());
    assertThat(json.at("/truth/child_kl/mean").asDouble()).isEqualTo(truth.childLoss().mean());
    assertThat(json.at("/truth/sum_choice_kl/mean").asDouble()).isEqualTo(truth.sumLoss().mean());
    for (String prediction : List.of("sum", "model")) {
      JsonNode node = json.at("/truth/" + prediction);
      assertThat(node.at("/rank_correlation").asDouble()).isBetween(-1.0, 1.0);
      assertThat(node.at("/median_error").asDouble()).isNotNegative();
      assertThat(node.at("/median_measured_over_predicted").asDouble()).isPositive();
    }
    assertThat(json.at("/models").findValuesAsString("name"))
        .contains(TargetReport.Kind.CHILD_ASSEMBLED.label());
    assertThat(ReportFile.readJson(run.run().resolve("report.json")).targets().getFirst())
        .isEqualTo(report);

    try (Search search = run.open(PLAN, TaskVersions.current())) {
      TargetReport again = search.run().report().targets().getFirst();
      assertThat(search.tasks().computed().values()).containsOnly(0);
      assertThat(again.truth()).isEqualTo(report.truth());
      assertThat(again.rows()).isEqualTo(report.rows());
    }
  }

  @Test
  void theRivalTakesTheEffortOfTheSearchAndIsReportedLikeOtherBaselines() throws IOException {
    String plan =
        SmallRun.PLAN
            .replace("rounds: 0", "rounds: 1")
            .replace("baselines: []", "baselines: [evolution]");
    SmallRun run = SmallRun.in(folder);
    try (Search search = run.open(plan, TaskVersions.current())) {
      SearchOutcome outcome = search.run();
      TargetReport report = outcome.report().targets().getFirst();

      TargetReport.Row row =
          report.rows().stream()
              .filter(one -> one.kind() == TargetReport.Kind.EVOLUTION)
              .findFirst()
              .orElseThrow();
      assertThat(row.measured().kl().mean()).isPositive();
      assertThat(report.notes()).anyMatch(note -> note.matches("evolution measured .* took\\."));
      assertThat(report.notes()).noneMatch(note -> note.contains("finds nothing"));
      Map<Task.Kind, Integer> once = search.tasks().computed();
      assertThat(once.get(Task.Kind.CHILD)).isGreaterThan(report.truth().orElseThrow().children());
    }
    try (Search search = run.open(plan, TaskVersions.current())) {
      search.run();
      assertThat(search.tasks().computed().values()).containsOnly(0);
    }
  }

  @Test
  void withoutRoundsNothingIsSaidOfMeasuredChildren() throws IOException {
    SmallRun run = SmallRun.in(folder);
    try (Search search = run.open(SmallRun.PLAN, TaskVersions.current())) {
      SearchOutcome outcome = search.run();
      assertThat(outcome.report().targets().getFirst().truth()).isEmpty();
      JsonNode json = ResultsJson.of(outcome.report(), outcome.outOfReach()).at("/targets/0");
      assertThat(json.has("models")).isTrue();
      assertThat(json.has("truth")).isFalse();
      assertThat(search.tasks().computed())
          .containsEntry(Task.Kind.CHILD, 0)
          .containsEntry(Task.Kind.ADAPT, 0);
    }
  }

  @Test
  void finalistsAreTheBestOfBothKindsAndOneOfThemIsTaken() throws IOException {
    String plan = PLAN.replace("finalists: 1", "finalists: 3");
    try (Search search = SmallRun.in(folder).open(plan, TaskVersions.current())) {
      search.distill();
      ScoreTable scores = search.score();
      TargetChoice choice = search.refine(search.choose(scores), scores).getFirst();
      assertThat(choice)
          .isInstanceOfSatisfying(
              TargetChoice.Chosen.class,
              chosen -> {
                List<Child> finalists = chosen.finalists(3);
                assertThat(finalists)
                    .hasSizeBetween(1, 3)
                    .startsWith(chosen.child())
                    .contains(chosen.bySum())
                    .doesNotHaveDuplicates();
                assertThat(chosen.finalists(1)).containsExactly(chosen.child());
              });
      ChildWeights adapted = search.children().adapt((TargetChoice.Chosen) choice);
      assertThat(((TargetChoice.Chosen) choice).finalists(3)).contains(adapted.child());
    }
  }
}
