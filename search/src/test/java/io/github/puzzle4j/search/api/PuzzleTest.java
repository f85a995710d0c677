package io.github.puzzle4j.search.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.run.SmallRun;
import io.github.puzzle4j.solver.InvalidProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API as a session uses it. */
class PuzzleTest {

  private static final String TEACHER = Path.of("..", "examples", "tiny-teacher").toString();

  private final Puzzle puzzle = Puzzle.quiet().on("cpu");

  @TempDir private Path folder;

  private SmallRun small;
  private String file;
  private String run;

  @BeforeEach
  void aSmallPlan() throws IOException {
    small = SmallRun.in(folder);
    Path plan = folder.resolve("plan.yaml");
    Files.writeString(plan, SmallRun.PLAN.replace("TEACHER", "teacher"));
    file = plan.toString();
    run = small.run().toString();
  }

  @Test
  void aModelPrintsItsSizesAndLayers() throws IOException {
    ModelDescription model = puzzle.model(TEACHER);
    assertThat(model.toString())
        .contains("llama, 8 layers, hidden 128, 4 heads of 32", "parameters  1,851,008")
        .contains("layer  attention  kv_heads");
    assertThat(model.layers().numbers("parameters")).hasSize(8).containsOnly(213_248.0);
    assertThatThrownBy(() -> puzzle.model("nowhere"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("nowhere: no such checkpoint folder");
  }

  @Test
  void aModelIsPricedOnSeveralGpus() throws IOException {
    Table prices =
        puzzle.prices(
            TEACHER, Serving.of(128, 64).batch(32), "h100-sxm", "h200-sxm", "b200-sxm", "l40s");
    assertThat(prices.column("gpu")).containsExactly("h100-sxm", "h200-sxm", "b200-sxm", "l40s");
    assertThat(prices.column("batch")).containsOnly(32);
    assertThat(prices.numbers("tokens_per_second_per_gpu")).allMatch(speed -> speed > 1000);
    Table best = puzzle.prices(TEACHER, Serving.of(128, 64), "h100-sxm");
    assertThat(best.numbers("tokens_per_second_per_gpu").getFirst())
        .isGreaterThan(prices.numbers("tokens_per_second_per_gpu").getFirst());
    assertThat(puzzle.gpus().column("gpu")).contains("h100-sxm", "l40s");
  }

  @Test
  void whatAGpuCannotServeHasANoteInsteadOfAPrice() throws IOException {
    Table prices =
        puzzle.prices(TEACHER, Serving.of(128, 64).weights("fp8"), "h100-sxm", "a100-sxm");
    assertThat(prices.column("note"))
        .containsExactly("", "a100-sxm does not multiply in fp8; it does in bf16");
    assertThat(puzzle.prices(TEACHER, Serving.of(128, 64).batch(1 << 20), "l40s").column("note"))
        .containsExactly("does not fit");
    assertThatThrownBy(() -> puzzle.prices(TEACHER, Serving.of(1, 1).weights("fp7"), "l40s"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("no format 'fp7'; there are: ")
        .hasMessageContaining("nvfp4");
    assertThatThrownBy(() -> puzzle.prices(TEACHER, Serving.of(1, 1).cache("fp7"), "l40s"))
        .hasMessage("no format 'fp7'; there are: bf16, fp8");
    assertThatThrownBy(() -> puzzle.prices(TEACHER, Serving.of(1, 1).engine("tgi"), "l40s"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("unknown backend 'tgi'");
  }

  @Test
  void thisMachineIsMeasuredAndThenPricesModels() throws IOException {
    Table processor = puzzle.engines().where("engine", "djl").where("device", "cpu");
    assertThat(processor.numbers("float32_gflops").getFirst()).isPositive();
    String target = folder.resolve("here.json").toString();
    Table timed = puzzle.profile(TEACHER, target, 1);
    assertThat(timed.column("engine")).contains("torch", "llamacpp");
    assertThat(timed.numbers("seconds")).allMatch(seconds -> seconds > 0);
    Table price = puzzle.prices(TEACHER, Serving.of(32, 32).engine("llamacpp"), target);
    assertThat(price.numbers("tokens_per_second_per_gpu").getFirst()).isPositive();
  }

  @Test
  void questionsAreMadeOfText() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      int from = 1000 * row;
      rows.add(
          IntStream.range(from, from + 100)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(" ", "{\"text\": \"", "\"}")));
    }
    String text = write("numbers.jsonl", String.join("\n", rows));
    Path made = puzzle.questions(text, folder.resolve("made.jsonl").toString(), 5);
    assertThat(Files.readAllLines(made)).hasSize(5).allMatch(line -> line.contains("choices"));
  }

  @Test
  void aModelIsMeasuredOnTextAndQuestions() throws IOException {
    String text = write("text.jsonl", "{\"text\": \"Tom went to the park. He saw a big dog.\"}");
    String asked =
        write(
            "sums.jsonl", "{\"prompt\": \"7+5=\", \"choices\": [\"12\", \"bird\"], \"answer\": 0}");
    Table alone = puzzle.measure(TEACHER, TestData.text(text).and(asked));
    assertThat(alone.where("measured", "lm_loss").numbers("value").getFirst()).isBetween(0.1, 9.0);
    assertThat(alone.where("measured", "sums").numbers("of")).containsExactly(1.0);
    Table beside = puzzle.measure(TEACHER, TestData.text(text).against(TEACHER, "js"));
    assertThat(beside.where("measured", "kl").numbers("value").getFirst()).isBetween(-1e-9, 1e-9);
    assertThat(beside.where("measured", "js").numbers("value").getFirst()).isBetween(-1e-9, 1e-9);
    assertThatThrownBy(() -> puzzle.measure(TEACHER, TestData.text(text).against("", "js")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("metric js: compares with a teacher, which is not given");
    assertThatThrownBy(() -> puzzle.measure(TEACHER, TestData.text(text).in("int4")))
        .hasMessage("no precision 'int4'; there are: float32, bfloat16");
    assertThatThrownBy(() -> puzzle.measure("nowhere", TestData.text(text)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aModelWritesTextThatCanBeRead() throws IOException {
    Path own = puzzle.generate(TEACHER, folder.resolve("own.jsonl").toString(), 3, 12);
    assertThat(Files.readAllLines(own)).hasSize(3);
    assertThat(
            puzzle
                .measure(TEACHER, TestData.text(own.toString()))
                .where("measured", "lm_loss")
                .rows())
        .hasSize(1);
  }

  private String write(String name, String line) throws IOException {
    return Files.writeString(folder.resolve(name), line + "\n").toString();
  }

  @Test
  void whatARunHasIsListed() throws IOException {
    try (Session session = puzzle.open(puzzle.plan(file), run)) {
      session.distill(1, "gqa_2");
      Table children = session.calibrate(8);
      assertThat(children.numbers("measured")).isNotEmpty().allMatch(loss -> loss >= 0);
      assertThat(children.column("fitted")).contains(true, false);
    }
    Table status = puzzle.run(run).status();
    assertThat(status.numbers("done")).isEqualTo(status.numbers("of"));
    assertThat(status.column("stage")).containsExactly("rank", "distill", "score");
  }

  @Test
  void aPlanIsMadeForACheckpointAndChanged() throws IOException {
    Plan plan = puzzle.planFor(TEACHER, "h100-sxm", "b200-sxm").with("distill.steps", 70);
    assertThat(plan.toString()).contains("for h100-sxm, b200-sxm; 70 steps for each variant");
    assertThat(plan.with("space.attention", "[gqa_2, noop]").yaml())
        .contains("steps: 70", "- gqa_2");
    assertThatThrownBy(() -> plan.with("distill.stepz", 70))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("distill.stepz");
    assertThatThrownBy(() -> plan.with("distill.steps", -1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("distill.steps");
  }

  @Test
  void oneVariantOfOneLayerIsTrainedAlone() throws IOException {
    try (Session session = puzzle.open(puzzle.plan(file), run)) {
      assertThat(session.variants(1).column("variant")).containsExactly("gqa_2", "ffn_32");
      Distilled one = session.distill(1, "gqa_2");
      assertThat(one.losses().losses()).hasSize(4);
      assertThat(one.table().rows()).hasSize(4);
      assertThat(one.plot().toString())
          .contains("Distillation loss", "* layer 1, attention gqa_2", "normalised MSE", "step");
      assertThat(one.statistics().lossAfter()).isLessThan(one.statistics().lossBefore());
      assertThat(one.toString()).matches("layer 1, attention gqa_2: .* after 4 steps");
      assertThat(session.search().tasks().computed())
          .as("nothing else was trained")
          .containsEntry(Task.Kind.TRAIN, 1)
          .containsEntry(Task.Kind.RANK, 0);
      assertThat(session.distill(1, "attention gqa_2")).isEqualTo(one);
    }
  }

  @Test
  void unknownLayersAndVariantsAreAnsweredWithKnownOnes() throws IOException {
    Plan both = puzzle.plan(file).with("space.attention", "[linear]").with("space.ffn", "[linear]");
    Plan any = both.with("targets", "[{gpu: h100-sxm, throughput: 1.1x, loader: any}]");
    try (Session session = puzzle.open(any.with("export", "[]"), run)) {
      assertThatThrownBy(() -> session.distill(4, "linear"))
          .hasMessage("layer 4: the teacher has layers 0 to 3");
      assertThatThrownBy(() -> session.scores(-1))
          .hasMessage("layer -1: the teacher has layers 0 to 3");
      assertThatThrownBy(() -> session.distill(0, "gqa_1"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("layer 0, 'gqa_1': no such variant; there are: attention linear, ffn linear");
      assertThatThrownBy(() -> session.distill(0, "linear"))
          .hasMessage(
              "layer 0, 'linear': several variants; name one of: attention linear, ffn linear");
      assertThat(session.distill(0, "ffn linear").toString()).startsWith("layer 0, ffn linear:");
    }
  }

  @Test
  void scoresOfALayerAreThoseOfTheWholeSearch() throws IOException {
    Table alone;
    try (Session session = puzzle.open(puzzle.plan(file), run)) {
      alone = session.scores(2);
      assertThat(session.search().tasks().computed().get(Task.Kind.TRAIN)).isEqualTo(2);
    }
    Run whole = puzzle.search(puzzle.plan(file), folder.resolve("other").toString());
    Table all = whole.table("variant_scores").where("layer", 2);
    assertThat(alone.column("variant")).hasSize(4);
    for (int i = 0; i < alone.rows().size(); i++) {
      Table same = all.where("variant", alone.column("variant").get(i));
      if (!same.rows().isEmpty()) {
        assertThat(same.numbers("loss").getFirst()).isEqualTo(alone.numbers("kl").get(i));
      }
    }
    assertThat(all.rows()).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void stepsLeadFromAPlanToACheckedExport() throws IOException {
    try (Session session = puzzle.open(puzzle.plan(file), run)) {
      assertThat(session.distill().rows()).hasSize(8);
      assertThat(session.scores().rows()).hasSize(16);
      Choice choice = session.choose().getFirst();
      assertThat(choice.toString()).contains("h100-sxm: optimal", "teacher", "child", "L3");
      assertThat(choice.costs().numbers("tokens_per_second_per_gpu"))
          .satisfies(
              speeds -> assertThat(speeds.get(1)).isGreaterThan(1.1 * speeds.getFirst() - 1));
      ChildOfSession child = choice.assembled().repaired();
      assertThat(child.measure().column("metric")).contains("lm_loss", "kl");
      Table exports = child.export();
      assertThat(exports.column("format")).containsOnly("huggingface");
      String path = exports.column("path").getFirst().toString();
      assertThat(puzzle.verify(path).where("check", "read").column("outcome"))
          .containsExactly("passed");
      assertThat(puzzle.verify(path, path).where("check", "against").column("outcome"))
          .containsExactly("passed");
      assertThat(puzzle.model(path).model().layers()).hasSize(4);
    }
  }

  @Test
  void aRunAnswersQuestionsAndHasProblemsToSolveAgain() throws IOException {
    Run results = puzzle.search(puzzle.plan(file), run);
    assertThat(results.toString()).contains("h100-sxm", "proven optimal", "time:");
    assertThat(results.tables().column("table")).contains("scores", "loss_curves", "frontier");
    assertThat(results.query("select count(*) as n from loss_curves").numbers("n"))
        .containsExactly(32.0);
    assertThatThrownBy(() -> results.table("nonsense"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nonsense");
    assertThat(results.frontier(0).svg()).contains("best choices, predicted");
    assertThat(results.report()).exists();
    assertThat(puzzle.run(run).toString()).isEqualTo(results.toString());

    Problem problem = puzzle.problem(run);
    assertThat(results.problems()).hasSize(1);
    assertThat(problem.toString()).contains("16 candidates for 4 layers", "runtime_seconds");
    Solution solution = problem.solve();
    assertThat(solution.layers().rows()).hasSize(4);
    double kept = solution.costs().where("cost", "parameters").numbers("sum").getFirst();
    Solution tighter = problem.atMost("parameters", kept - 1).solve();
    assertThat(tighter.found()).isTrue();
    assertThat(tighter.costs().where("cost", "parameters").numbers("sum").getFirst())
        .isLessThan(kept);
    assertThat(tighter.selection().orElseThrow().objective())
        .isGreaterThanOrEqualTo(solution.selection().orElseThrow().objective());
    assertThat(tighter.toString()).startsWith("optimal: objective").contains("at_most");
    assertThat(problem.atMost("kv_bytes_per_token", 0).solve().toString())
        .startsWith("infeasible: ")
        .contains("nearest that works");
    assertThatThrownBy(() -> problem.atLeast("speed", 1))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageContaining("there is no cost 'speed'");
  }

  @Test
  void candidatesAreRequiredAndForbidden() throws IOException {
    puzzle.search(puzzle.plan(file), run);
    Problem problem = puzzle.problem(run);
    String taken = problem.solve().layers().column("candidate").getFirst().toString();
    assertThat(problem.forbid(taken).forbid(taken).solve().layers().column("candidate"))
        .doesNotContain(taken);
    String other =
        problem.candidates().where("layer", 0).column("candidate").stream()
            .map(Object::toString)
            .filter(id -> !id.equals(taken))
            .findFirst()
            .orElseThrow();
    assertThat(
            problem
                .unlimited("runtime_seconds")
                .require(other)
                .solve()
                .layers()
                .column("candidate"))
        .contains(other);
    assertThatThrownBy(() -> problem.forbid("L9/none")).hasMessageContaining("L9/none");

    Frontier frontier = problem.frontier("runtime_seconds", 5);
    assertThat(frontier.table().rows()).hasSizeBetween(1, 5);
    assertThat(frontier.toString()).contains("runtime_seconds limit", "Pareto");
    assertThat(frontier.plot().series().getFirst().points()).hasSameSizeAs(frontier.table().rows());
    assertThat(problem.solve().sensitivity().columns()).contains("price", "gain");
  }

  @Test
  void aSweepIsRunAsAWhole() throws IOException {
    Path sweep = folder.resolve("sweep.yaml");
    Files.writeString(
        sweep,
        Files.readString(Path.of(file)) + "sweep:\n  targets[0].throughput: [1.05x, 1.1x]\n");
    Plan plan = puzzle.plan(sweep.toString());
    assertThat(plan.toString()).contains("a sweep of 2 plans");
    assertThatThrownBy(() -> puzzle.open(plan, run))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a sweep");
    Run results = puzzle.search(plan, run);
    assertThat(results.query("select status from points").column("status"))
        .containsExactly("done", "done");
    assertThat(results.toString()).contains("1.05x", "1.1x");
  }

  /** Notes the names of stages. */
  private record Listener(List<String> stages) implements Progress, ProgressTask {

    @Override
    public ProgressTask start(String stage, long totalSteps) {
      stages.add(stage);
      return this;
    }

    @Override
    public List<StageTime> stageTimes() {
      return List.of();
    }

    @Override
    public void step(long steps) {}

    @Override
    public void note(String what) {}

    @Override
    public void warn(String what) {}

    @Override
    public void close() {}
  }

  @Test
  void aListenerOfOnesOwnHearsOfTheStages() throws IOException {
    List<String> stages = new ArrayList<>();
    Puzzle.listenedBy(() -> new Listener(stages)).on("cpu").search(puzzle.plan(file), run);
    assertThat(stages).contains("distill", "score", "solve", "measure", "export h100-sxm");
  }

  @Test
  void aFolderWithoutARunSaysSo() {
    assertThat(puzzle.run(run).toString()).isEqualTo(run + ": no results yet");
    assertThatThrownBy(() -> puzzle.run(run).tables())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no run");
  }
}
