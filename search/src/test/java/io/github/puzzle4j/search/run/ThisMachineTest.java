package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The machine of the search as its target: profiled, searched for, and served on. */
class ThisMachineTest {

  private static final String PLAN =
      SmallRun.PLAN
          .replace("gpu: h100-sxm", "gpu: this-machine")
          .replace("throughput: 1.1x", "parameters: 0.9x")
          .replace(
              "scenario: {batch: [64]}", "scenario: {inputTokens: 16, outputTokens: 8, batch: [2]}")
          .replace("rounds: 0", "rounds: 0\nprofileTime: 1s")
          .replace("export: [huggingface]", "export: [gguf]");

  @TempDir Path folder;

  @Test
  void theMachineIsProfiledOnceAndItsChildIsServed() throws IOException {
    SmallRun run = SmallRun.in(folder);
    TargetReport report;
    try (Search search = run.open(PLAN, TaskVersions.current())) {
      SearchOutcome outcome = search.run();
      report = outcome.report().targets().getFirst();
      assertThat(search.tasks().computed()).containsEntry(Task.Kind.SPEED, 2);
      JsonNode served =
          ResultsJson.of(outcome.report(), outcome.outOfReach()).at("/targets/0/served");
      assertThat(served.size()).isEqualTo(2);
      assertThat(served.at("/1/batch").asInt()).isEqualTo(2);
      for (String which : new String[] {"predicted", "measured"}) {
        assertThat(served.at("/1/" + which + "_speedup").asDouble()).isPositive();
        for (String model : new String[] {"teacher", "child"}) {
          JsonNode speed = served.at("/1/" + which + "_" + model);
          assertThat(speed.at("/tokens_per_second").asDouble()).isPositive();
          assertThat(speed.at("/prompt_seconds").asDouble()).isPositive();
        }
      }
    }
    assertThat(report.target()).isEqualTo("this-machine, llamacpp");
    assertThat(report.served()).extracting(TargetReport.ServedSpeed::batch).containsExactly(1, 2);
    TargetReport.Row child = report.rows().get(1);
    assertThat(report.served().getLast().predictedChild().tokensPerSecond())
        .isEqualTo(child.tokensPerSecond());

    assertThat(PlanReader.read(run.run().resolve("plan.yaml")).targets().getFirst().gpu())
        .isEqualTo("this-machine");
    assertThat(RunStatus.of(new RunDirectory(run.run()), line -> {}).isFinished()).isTrue();
    Path profile;
    try (Stream<Path> files = Files.walk(run.run().resolve("store/profile"))) {
      profile = files.filter(path -> path.endsWith("this-machine.json")).findFirst().orElseThrow();
    }
    byte[] measured = Files.readAllBytes(profile);
    try (Search search = run.open(PLAN, TaskVersions.current())) {
      TargetReport again = search.run().report().targets().getFirst();
      assertThat(search.tasks().computed().values()).containsOnly(0);
      assertThat(again.served()).isEqualTo(report.served());
    }
    assertThat(profile).hasBinaryContent(measured);
  }

  @Test
  void pointsOfASweepShareTheProfileAndAreServedEach() throws IOException {
    SmallRun run = SmallRun.in(folder);
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            PLAN.replace("TEACHER", run.teacher().toString())
                + "sweep: {targets.parameters: [0.9x, 0.85x]}\n");

    CommandRun sweep = CommandRun.of("search", plan, "--out", run.run(), "--json");

    assertThat(sweep.exitCode()).as(sweep.err()).isZero();
    JsonNode points = sweep.json().path("points");
    assertThat(points).hasSize(2);
    for (JsonNode point : points) {
      assertThat(point.path("status").asString()).isEqualTo("done");
      assertThat(point.at("/targets/0/target").asString()).isEqualTo("this-machine, llamacpp");
      assertThat(point.at("/targets/0/served").size()).isEqualTo(2);
    }
    try (Stream<Path> profiles = Files.list(run.run().resolve("store/profile"))) {
      assertThat(profiles.filter(file -> file.toString().endsWith(".json"))).hasSize(1);
    }
    CommandRun again = CommandRun.of("search", plan, "--out", run.run(), "--json");
    assertThat(again.json()).isEqualTo(sweep.json());
  }

  @Test
  void anEngineThatCannotBeProfiledIsRefused() throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan = PLAN.replace("gpu: this-machine", "gpu: this-machine\n    backend: vllm");
    assertThatThrownBy(() -> run.open(plan, TaskVersions.current()).close())
        .isInstanceOf(PlanValueException.class)
        .hasMessage(
            "targets[0].backend: vllm cannot be profiled here; this-machine has llamacpp and torch");
  }
}
