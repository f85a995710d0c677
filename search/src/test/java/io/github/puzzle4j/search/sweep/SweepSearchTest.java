package io.github.puzzle4j.search.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.SweepFile;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.run.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SweepSearchTest {

  private static final String BUDGETS =
      SmallRun.PLAN
          + """
          sweep:
            targets.throughput: [1.01x, 1.02x]
            targets.gpu: [h100-sxm, b200-sxm]
          """;

  @TempDir Path folder;

  private SmallRun small;

  @BeforeEach
  void write() throws IOException {
    small = SmallRun.in(folder);
  }

  private Path plan(String yaml) throws IOException {
    return Files.writeString(
        folder.resolve("plan.yaml"), yaml.replace("TEACHER", small.teacher().toString()));
  }

  private CommandRun search(String yaml, Object... more) throws IOException {
    List<Object> arguments =
        new ArrayList<>(List.of("search", plan(yaml), "--out", small.run(), "--json"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private static JsonNode points(CommandRun run) {
    return run.json().path("points");
  }

  private static int computed(JsonNode points, String kind) {
    return points.valueStream().mapToInt(point -> computedIn(point, kind)).sum();
  }

  private static int computedIn(JsonNode point, String kind) {
    return point.at("/tasks/computed/" + kind).asInt();
  }

  private static List<String> texts(JsonNode points, String key) {
    return points.valueStream().map(point -> point.path(key).asString()).toList();
  }

  private static JsonNode layers(JsonNode point) {
    return point.at("/targets/0/models/1/layers");
  }

  @Test
  void whatPointsHaveInCommonIsDoneOnce() throws IOException {
    CommandRun run = search(BUDGETS);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("made again");
    JsonNode points = points(run);
    assertThat(texts(points, "status")).containsOnly("done").hasSize(4);
    assertThat(computed(points, "rank")).isEqualTo(4);
    assertThat(computed(points, "train")).isEqualTo(8);
    assertThat(computed(points, "score")).isEqualTo(16);
    long children = points.valueStream().map(SweepSearchTest::layers).distinct().count();
    assertThat(children).as("two budgets have one child").isBetween(2L, 3L);
    assertThat(computed(points, "repair")).isEqualTo((int) children);
    assertThat(computed(points, "measure"))
        .as("the teacher, and on two texts each child before and after its repair")
        .isEqualTo(1 + 4 * (int) children);
    for (JsonNode point : points) {
      Path own = small.run().resolve("points").resolve(point.path("name").asString());
      assertThat(own.resolve("report.html")).as("the page is that of all points").doesNotExist();
      assertThat(CommandRun.of("report", own).exitCode()).isZero();
      assertThat(own.resolve("report.html")).exists();
      assertThat(own.resolve("plan.yaml")).exists();
    }
  }

  @Test
  void thePointsAreOneTableWithTheirFrontier() throws IOException {
    // A child of a few steps that is not fitted is one that repair makes better.
    CommandRun run = search(BUDGETS, "--set", "baselines=[greedy]", "--set", "distill.fit=none");

    String table = CommandRun.of("report", small.run()).out();
    assertThat(table.lines().findFirst().orElseThrow())
        .matches("throughput +gpu +result +tokens/s .*frontier");
    assertThat(table).contains("1.01x").contains("b200-sxm").contains("child after GKD");
    assertThat(CommandRun.of("report", small.run(), "--json").json()).isEqualTo(run.json());
    assertThat(small.run().resolve("report.html"))
        .content()
        .contains("\"point_values\"", "b200-sxm");
    JsonNode frontier = run.json().path("frontier");
    assertThat(frontier).isNotEmpty();
    assertThat(texts(points(run), "name")).containsAll(texts(frontier, "point"));
    long stars = table.lines().filter(line -> line.endsWith("  *")).count();
    assertThat(stars).isEqualTo(frontier.size());
  }

  @Test
  void aPointThatCannotBeDoneIsARowWithItsReason() throws IOException {
    String yaml =
        SmallRun.PLAN
            + """
            sweep:
              - targets.throughput: [1.02x, 500x]
              - targets.scenario: {batch: [64], weights: nvfp4}
              - distill.steps: 3
            """;
    List<String> names = names(yaml);
    Path inTheWay = small.run().resolve("points").resolve(names.getLast());
    Files.createDirectories(inTheWay.getParent());
    Files.writeString(inTheWay, "no folder");

    CommandRun run = search(yaml);

    JsonNode points = points(run);
    assertThat(texts(points, "name")).isEqualTo(names);
    assertThat(texts(points, "status"))
        .containsExactly("done", "out_of_reach", "refused", "failed");
    assertThat(points.get(1).path("reason").asString()).contains("throughput");
    assertThat(points.get(2).path("reason").asString())
        .matches(".*plan.yaml, line \\d+: targets\\[0].scenario.weights: .*nvfp4.*");
    assertThat(points.get(3).path("reason").asString()).contains("is a file, not a folder");
    assertThat(run.exitCode()).isEqualTo(1);
    String table = CommandRun.of("report", small.run()).out();
    assertThat(table).contains("out of reach").contains("refused: ").contains("failed: ");

    Files.delete(inTheWay);
    CommandRun again = search(yaml);

    assertThat(texts(points(again), "status"))
        .containsExactly("done", "out_of_reach", "refused", "done");
    assertThat(again.exitCode()).isEqualTo(2);
  }

  private List<String> names(String yaml) throws IOException {
    return sweep(yaml).points().stream().map(SweepFile.Point::name).toList();
  }

  private SweepFile sweep(String yaml) throws IOException {
    return (SweepFile) PlanReader.document(plan(yaml), List.of());
  }

  @ParameterizedTest
  @CsvSource({"500x, 3, throughput", "1.0y, 2, 'line 24: targets[0].throughput must be'"})
  void ifNoPointCanBeDoneOneLineSaysWhy(String budget, int exitCode, String why)
      throws IOException {
    CommandRun run =
        search(SmallRun.PLAN + "sweep: {targets.throughput: [%s]}\n".formatted(budget));

    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("puzzle4j: ")))
        .singleElement()
        .asString()
        .contains(why);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    CommandRun first = search(BUDGETS);
    Map<Path, Object> before = files();

    CommandRun second = search(BUDGETS);
    CommandRun longer = search(BUDGETS.replace("[1.01x, 1.02x]", "[1.0x, 1.02x, 1.01x]"));

    assertThat(second.json()).isEqualTo(first.json());
    assertThat(files()).containsAllEntriesOf(before);
    assertThat(points(longer)).hasSize(6);
    assertThat(points(longer).get(2)).isEqualTo(points(first).get(2));
    assertThat(computedIn(points(longer).get(0), "train")).isZero();
  }

  /** Files of points with their times. */
  private Map<Path, Object> files() throws IOException {
    Map<Path, Object> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(small.run().resolve("points"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith(".lock")) {
          times.put(file, Files.getLastModifiedTime(file));
        }
      }
    }
    return times;
  }

  @ParameterizedTest
  @CsvSource({"1/4 distill, 3", "3/4 measure, 1"})
  void aSweepThatWasStoppedEndsAsAnUndisturbedOne(String stage, int steps) throws IOException {
    JsonNode undisturbed = withoutWork(search(BUDGETS).json());
    Path run = folder.resolve("stopped");
    SweepFile sweep = sweep(BUDGETS);
    assertThatThrownBy(
            () -> {
              try (SweepSearch search =
                  SweepSearch.open(sweep, run, new StoppedAt(stage, steps), new OnProcessor())) {
                search.run();
              }
            })
        .isInstanceOf(Stop.class);

    CommandRun report = CommandRun.of("report", run);
    try (SweepSearch search = SweepSearch.open(sweep, run, Progress.silent(), new OnProcessor())) {
      assertThat(withoutWork(SweepJson.of(search.run()))).isEqualTo(undisturbed);
    }
    assertThat(report.out()).contains("of 4 points are missing");
  }

  /** Without times and counts of tasks, which depend on where a run was stopped. */
  private static JsonNode withoutWork(JsonNode results) {
    JsonNode copy = results.deepCopy();
    for (JsonNode point : copy.path("points")) {
      ((ObjectNode) point).remove(List.of("stage_seconds", "total_seconds", "tasks"));
      point
          .path("targets")
          .forEach(target -> ((ObjectNode) target.path("proof")).remove("seconds"));
    }
    return Json.mapper().readTree(copy.toString());
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class OnProcessor implements Conditions {

    @Override
    public SearchPlan plan(SearchPlan plan) {
      return plan;
    }

    @Override
    public ComputeDevice device(SearchPlan plan) {
      return ComputeDevice.processor();
    }
  }

  /** Ends a sweep in the midst of a stage, as a user would. */
  private record StoppedAt(String stage, int steps) implements Progress {

    @Override
    public ProgressTask start(String started, long totalSteps) {
      if (started.equals(stage) && steps == 0) {
        throw new Stop();
      }
      return new ProgressTask() {
        private long done;

        @Override
        public void step(long more) {
          done += more;
          if (started.equals(stage) && done >= steps) {
            throw new Stop();
          }
        }

        @Override
        public void note(String what) {}

        @Override
        public void warn(String what) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public List<StageTime> stageTimes() {
      return List.of();
    }
  }
}
