package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Searches that minimise something else than KL. */
class MinimisedMetricTest {

  @TempDir Path folder;

  private static String plan(String metric) {
    return SmallRun.PLAN
        .replace("rounds: 0", "rounds: 1")
        .replace("baselines: []", "baselines: [greedy]")
        .replace("score: {sequences: 4}", "score: {sequences: 4, metric: %s}".formatted(metric));
  }

  private record Done(JsonNode json, TargetReport report, Map<Task.Kind, Integer> computed) {}

  private static Done search(SmallRun run, String metric) throws IOException {
    try (Search search = run.open(plan(metric), TaskVersions.current())) {
      SearchOutcome outcome = search.run();
      return new Done(
          ResultsJson.of(outcome.report(), outcome.outOfReach()),
          outcome.report().targets().getFirst(),
          search.tasks().computed());
    }
  }

  /** Accuracies are maximised, and the report says how much worse than the teacher's they are. */
  @Test
  void whatIsMinimisedIsNamedAndMeasuredEverywhere() throws IOException {
    SmallRun run = SmallRun.in(folder);
    Done done = search(run, "agreement");

    assertThat(done.json().at("/scoring/metric").asString()).isEqualTo("agreement");
    assertThat(done.json().at("/scoring/minimised").asString()).isEqualTo("loss of agreement");
    assertThat(done.json().at("/scoring/unit").asString()).isEqualTo("share");
    JsonNode target = done.json().at("/targets/0");
    assertThat(target.at("/truth/child_agreement/mean").asDouble()).isBetween(0.0, 1.0);
    assertThat(target.at("/truth/rounds_best_agreement").isEmpty()).isFalse();
    for (JsonNode model : target.at("/models")) {
      double agreement = model.at("/others/agreement (share)/mean").asDouble();
      assertThat(model.at("/measured_agreement/mean").asDouble())
          .isCloseTo(1 - agreement, within(1e-12));
      assertThat(model.has("predicted_agreement")).isTrue();
      assertThat(model.has("predicted_kl")).isFalse();
      assertThat(model.at("/kl/mean").isNumber()).isTrue();
    }
    assertThat(target.at("/models/0/others/agreement (share)/mean").asDouble()).isEqualTo(1);
    String page = Files.readString(run.run().resolve("report.html"));
    assertThat(page).contains("\"loss of agreement\"", "\"agreement\"");
    assertThat(ReportFile.readJson(run.run().resolve("report.json")).targets().getFirst())
        .isEqualTo(done.report());
  }

  @Test
  void severalMetricsAreWeighted() throws IOException {
    Done done = search(SmallRun.in(folder), "{tv: 2, lm_loss: 0.5, cosine: 1}");

    assertThat(done.json().at("/scoring/minimised").asString())
        .isEqualTo("2.0 total variation + 0.5 LM loss + loss of cosine similarity");
    JsonNode models = done.json().at("/targets/0/models");
    double teacherLoss = models.at("/0/lm_loss/mean").asDouble();
    for (JsonNode model : models) {
      double expected =
          2 * model.at("/others/total variation (share)/mean").asDouble()
              + 0.5 * (model.at("/lm_loss/mean").asDouble() - teacherLoss)
              + 1
              - model.at("/others/cosine similarity (ratio)/mean").asDouble();
      assertThat(model.at("/measured_loss/mean").asDouble()).isCloseTo(expected, within(1e-6));
      assertThat(model.has("predicted_loss")).isTrue();
    }
  }

  /** Each metric is computed once, whatever was minimised in between. */
  @Test
  void whatWasMeasuredForOnePlanIsKeptForIt() throws IOException {
    SmallRun run = SmallRun.in(folder);
    search(run, "tv");
    assertThat(search(run, "js").computed()).containsKey(Task.Kind.SCORE);
    assertThat(search(run, "{tv: 1, js: 1}").computed().get(Task.Kind.SCORE)).isZero();
    Done again = search(run, "tv");
    assertThat(again.computed().get(Task.Kind.SCORE)).isZero();
    assertThat(again.computed().get(Task.Kind.CHILD)).isZero();
    assertThat(again.computed().get(Task.Kind.MEASURE)).isZero();
    assertThat(search(run, "kl").computed().get(Task.Kind.SCORE)).isZero();
  }
}
