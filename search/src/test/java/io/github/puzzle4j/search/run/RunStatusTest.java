package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RunStatusTest {

  @TempDir Path folder;

  private SmallRun run;

  @BeforeEach
  void write() throws IOException {
    run = SmallRun.in(folder);
  }

  private JsonNode status(String... more) {
    CommandRun status =
        CommandRun.of(
            Stream.concat(
                    Stream.of("status", run.run(), "--json", "--no-estimate"), Stream.of(more))
                .toArray());
    assertThat(status.exitCode()).as(status.err()).isZero();
    return status.json();
  }

  private RunStatus.Stage stage(String name, TaskVersions versions) throws IOException {
    return RunStatus.of(new RunDirectory(run.run()), versions, line -> {}).stages().stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Map<Path, Object> files() throws IOException {
    Map<Path, Object> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run.run())) {
      for (Path file : files.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void aFinishedRunLacksNothingAndIsNotTouched() throws IOException {
    run.search(SmallRun.PLAN);
    Map<Path, Object> before = files();

    JsonNode status = status();

    assertThat(status.path("finished").asBoolean()).isTrue();
    assertThat(status.at("/stages/distill/done").asInt()).isEqualTo(8);
    assertThat(status.at("/stages/score/done").asInt()).isEqualTo(16);
    assertThat(status.at("/in_store/repair").asInt()).isEqualTo(1);
    assertThat(status.has("in_use_by")).isFalse();
    assertThat(files()).isEqualTo(before);
    assertThat(CommandRun.of("status", run.run()).out()).endsWith("Finished.\n");
  }

  @Test
  void whatIsMissingHasItsReason() throws IOException {
    run.search(SmallRun.PLAN);
    try (Search search =
        run.open(
            SmallRun.PLAN.replace("learningRate: 3e-3", "learningRate: 2e-3"),
            TaskVersions.current())) {
      assertThat(search.plan().distill().learningRate()).isEqualTo(2e-3);
    }

    JsonNode status = status();

    assertThat(status.path("finished").asBoolean()).isFalse();
    assertThat(status.at("/stages/rank/missing").asInt()).isZero();
    JsonNode distill = status.at("/stages/distill");
    assertThat(distill.path("missing").asInt()).isEqualTo(8);
    assertThat(distill.at("/reasons").propertyNames())
        .containsExactly("computed before with other settings.rate.peak (0.003, now 0.002)");
    assertThat(status.at("/stages/score/reasons").propertyNames())
        .anySatisfy(why -> assertThat(why).isEqualTo("computed before with other reads"));
  }

  @Test
  void aNewerAlgorithmAndADamagedResultAreReasons() throws IOException {
    run.search(SmallRun.PLAN);
    TaskVersions newer = TaskVersions.current().with(Task.Kind.SCORE, 99);

    assertThat(stage("score", newer).reasons().sequencedKeySet())
        .containsExactly(
            "version %d of the algorithm made its result, and 99 is the current one"
                .formatted(Task.Kind.SCORE.version()));

    try (Stream<Path> results = Files.list(run.run().resolve("store/rank"))) {
      Path first = results.sorted().findFirst().orElseThrow();
      Files.writeString(first, "{}");
    }
    assertThat(stage("rank", TaskVersions.current()).reasons())
        .containsExactly(Map.entry("its result is damaged", 1));
  }

  @Test
  void aRunUnderWayNamesItsProcess() throws IOException, InterruptedException {
    try (Search search = run.open(SmallRun.PLAN, TaskVersions.current())) {
      CommandRun other = OtherProcess.command(folder, "status", run.run(), "--no-estimate");

      assertThat(other.exitCode()).as(other.err()).isZero();
      assertThat(other.out())
          .contains("in use by process %d".formatted(ProcessHandle.current().pid()))
          .contains("distill: 8: not computed yet");
      search.distill();
    }
    assertThat(status().at("/stages/distill/missing").asInt()).isZero();
    assertThat(CommandRun.of("status", run.run()).out())
        .contains("left at most")
        .endsWith(
            "'puzzle4j search %s/plan.yaml --out %s' goes on.\n".formatted(run.run(), run.run()));
  }

  @Test
  void whereThereIsNoRunOneLineSaysSo() {
    assertThat(CommandRun.of("status", folder))
        .isEqualTo(
            CommandRun.refused(2, "%s: no run: there is no plan.yaml in it".formatted(folder)));
  }
}
