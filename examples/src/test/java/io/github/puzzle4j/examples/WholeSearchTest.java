package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.search.cli.Main;
import io.github.puzzle4j.search.report.TargetReport;
import io.github.puzzle4j.search.run.ChildWeights;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.run.SearchOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every stage of a search on the small teacher, and what it promises. */
class WholeSearchTest {

  /** Of six in each layer, the first one lacks `noop`: vLLM needs attention there. */
  private static final int VARIANTS = 8 * 6 - 1;

  /** Likewise, of pairs of an attention and an FFN. */
  private static final int REPLACEMENTS = 8 * 16 - 4;

  @TempDir static Path run;

  private static SearchOutcome outcome;

  @BeforeAll
  static void search() throws IOException {
    try (Search search = SmallSearch.open(run)) {
      outcome = search.run();
    }
  }

  private static TargetReport.Row row(TargetReport.Kind kind) {
    return outcome.report().targets().getFirst().rows().stream()
        .filter(row -> row.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row of " + kind.label()));
  }

  private static double divergence(TargetReport.Kind kind) {
    return row(kind).measured().kl().mean();
  }

  @Test
  void theChildKeepsItsBudgetAndIsProvenOptimal() {
    TargetReport.Row teacher = row(TargetReport.Kind.TEACHER);
    TargetReport.Row child = row(TargetReport.Kind.CHILD);
    assertThat(child.tokensPerSecond()).isGreaterThanOrEqualTo(1.5 * teacher.tokensPerSecond());
    TargetReport.Proof proof = outcome.report().targets().getFirst().proof();
    assertThat(proof.status()).isEqualTo("OPTIMAL");
    double bySum =
        outcome.report().targets().getFirst().rows().stream()
            .filter(row -> row.kind() == TargetReport.Kind.BEST_SUM)
            .findFirst()
            .orElse(child)
            .predicted();
    assertThat(proof.objective()).isCloseTo(bySum, within(1e-9));
  }

  @Test
  void theChildIsCloserToTheTeacherThanEveryBaseline() {
    assertThat(divergence(TargetReport.Kind.CHILD))
        .isLessThan(divergence(TargetReport.Kind.GREEDY))
        .isLessThan(divergence(TargetReport.Kind.UNIFORM))
        .isLessThan(divergence(TargetReport.Kind.RANDOM));
  }

  @Test
  void bothTrainingsBringItCloserStill() {
    assertThat(divergence(TargetReport.Kind.CHILD))
        .isLessThan(0.5 * divergence(TargetReport.Kind.CHILD_ASSEMBLED));
    assertThat(divergence(TargetReport.Kind.CHILD_AFTER_GKD))
        .isLessThan(0.5 * divergence(TargetReport.Kind.CHILD_ASSEMBLED));
  }

  @Test
  void theTeacherHasLearnedItsTasks() {
    TargetReport.Row teacher = row(TargetReport.Kind.TEACHER);
    assertThat(teacher.measured().kl().mean()).isCloseTo(0, within(1e-6));
    assertThat(teacher.measured().taskAccuracy())
        .containsOnlyKeys("arithmetic", "brackets", "copy", "recall", "story")
        .allSatisfy((task, accuracy) -> assertThat(accuracy).as(task).isGreaterThan(0.85));
  }

  /** Before or after GKD: what is better on the validation text may not be on this one. */
  @Test
  void theExportedCheckpointIsTheChildThatWasMeasured() throws IOException {
    List<Double> measured =
        List.of(divergence(TargetReport.Kind.CHILD), divergence(TargetReport.Kind.CHILD_AFTER_GKD));
    Path folder = outcome.directory().target("h100-sxm").resolve("huggingface");
    try (Checkpoint exported = Checkpoint.open(folder);
        Search search = SmallSearch.open(run)) {
      // With more channels than the child where the format wants a multiple; they are zero.
      Child same = Child.of(search.teacher(), exported.model().layers());
      List<String> digests = List.of(Digests.of(exported.files().getFirst()));
      double divergence =
          search.children().measure(new ChildWeights(same, exported, digests)).divergence().mean();
      assertThat(measured).anySatisfy(one -> assertThat(divergence).isCloseTo(one, within(1e-5)));
    }
  }

  @Test
  void runAgainItTakesEverythingFromTheRunDirectory() throws IOException {
    Map<Path, FileTime> before = stored();
    try (Search search = SmallSearch.open(run)) {
      SearchOutcome again = search.run();
      assertThat(again.report().targets()).hasSameSizeAs(outcome.report().targets());
      assertThat(replacements(again)).isEqualTo(replacements(outcome));
      assertThat(again.report().targets().getFirst().rows())
          .isEqualTo(outcome.report().targets().getFirst().rows());
      assertThat(again.report().tasks().computed().values()).containsOnly(0);
      assertThat(again.report().tasks().reused()).isEqualTo(outcome.report().tasks().computed());
    }
    assertThat(stored()).isEqualTo(before).hasSizeGreaterThan(8 * 16);
  }

  private static List<List<Replacement>> replacements(SearchOutcome of) {
    return of.report().targets().stream()
        .flatMap(target -> target.rows().stream())
        .map(TargetReport.Row::replacements)
        .toList();
  }

  /** Results of tasks, and what was exported. */
  private static Map<Path, FileTime> stored() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    for (Path folder : List.of(run.resolve("store"), run.resolve("targets"))) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!file.endsWith("target.json")
              && !file.endsWith("PROBLEM.json")
              && !file.endsWith(".lock")) {
            times.put(file, Files.getLastModifiedTime(file));
          }
        }
      }
    }
    return times;
  }

  @Test
  void theReportStandsAloneAndShowsTheProof() throws IOException {
    String page = Files.readString(outcome.directory().report());
    assertThat(page)
        .contains("h100-sxm", "child after GKD", "OPTIMAL", "echarts.init")
        .doesNotContainPattern("(src|href)=\"https?:");
    assertThat(outcome.report().distillation()).isNotEmpty();
    assertThat(outcome.report().scores()).hasSize(REPLACEMENTS);
  }

  @Test
  void aBudgetThatNothingFitsEndsWithExitCodeThree(@TempDir Path folder) throws IOException {
    Path plan = folder.resolve("plan.yaml");
    Files.writeString(
        plan,
        Files.readString(SmallSearch.plan())
                .replace("path: tiny-teacher", "path: " + SmallSearch.teacher())
                .replace("throughput: 1.5x", "throughput: 500x")
            + "store: %s\n".formatted(run.resolve("store")));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "search",
            plan.toString(),
            "--out",
            folder.resolve("run").toString());
    assertThat(code).isEqualTo(3);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("h100-sxm", "nothing fits throughput", "tokens/s");
    assertThat(folder.resolve("run/report.html")).doesNotExist();
  }

  private static JsonNode answer(String... arguments) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, arguments);
    assertThat(code).isZero();
    return Json.parse("answer", out.toByteArray(), JsonNode.class);
  }

  @Test
  void theCommandsOfTheStagesAnswerWithOneJsonObject() throws IOException {
    String plan = SmallSearch.plan().toString();
    JsonNode distilled = answer("distill", plan, "--out", run.toString(), "--json");
    assertThat(distilled.path("variants").size()).isEqualTo(VARIANTS);
    JsonNode scored = answer("score", plan, "--out", run.toString(), "--json");
    assertThat(scored.path("scores").size()).isEqualTo(REPLACEMENTS);
    JsonNode searched = answer("search", plan, "--out", run.toString(), "--json");
    assertThat(searched.path("targets").path(0).path("models").path(1).path("name").asString())
        .isEqualTo("child");
    JsonNode reported = answer("report", run.toString(), "--json");
    assertThat(reported.path("targets")).isEqualTo(searched.path("targets"));
  }
}
