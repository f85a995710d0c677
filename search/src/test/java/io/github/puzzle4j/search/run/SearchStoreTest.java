package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.DrawnTeacher;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.ReportData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search finds in its store, and what it computes again. */
class SearchStoreTest {

  private static final String PLAN =
      """
      schema: 1
      teacher: {path: teacher}
      store: run
      data: {sequenceLength: 32, seed: 5}
      space: {attention: [gqa_2], ffn: [50%], channelMultiple: 8}
      rank: {sequences: 4}
      distill: {steps: 2, batch: 2, warmupSteps: 0}
      score: {sequences: 2}
      targets: [{gpu: h100-sxm, throughput: 1.02x, scenario: {batch: [128]}}]
      uptrain: {steps: 2, batch: 2, warmupSteps: 0}
      rounds: 0
      adapt: false
      baselines: []
      export: [huggingface]
      """;

  @TempDir Path folder;

  private Path run;
  private Path store;

  @BeforeEach
  void writeTeacher() throws IOException {
    DrawnTeacher.write(
        folder.resolve("teacher"), "\"model_type\": \"llama\", " + DrawnTeacher.ALIKE);
    run = folder.resolve("run");
    store = run.resolve("store");
  }

  private ReportData search(String plan, Path directory, TaskVersions versions, Progress progress)
      throws IOException {
    try (Search search =
        Search.open(
            PlanReader.parse("plan.yaml", folder, plan),
            directory,
            progress,
            ComputeDevice.processor(),
            versions)) {
      return search.run().report();
    }
  }

  private ReportData search(String plan) throws IOException {
    return search(plan, run, TaskVersions.current(), Progress.silent());
  }

  /** Two layers, each with a ranking, two trainings and four pairs; the child on two texts. */
  private static Map<Task.Kind, Integer> all() {
    return counts(2, 4, 8, 5, 1, 1);
  }

  private static Map<Task.Kind, Integer> counts(
      int rank, int train, int score, int measure, int repair, int export) {
    Map<Task.Kind, Integer> counts = new EnumMap<>(Task.Kind.class);
    counts.put(Task.Kind.PROFILE, 0);
    counts.put(Task.Kind.RANK, rank);
    counts.put(Task.Kind.TRAIN, train);
    counts.put(Task.Kind.SCORE, score);
    counts.put(Task.Kind.CHILD, 0);
    counts.put(Task.Kind.MEASURE, measure);
    counts.put(Task.Kind.ADAPT, 0);
    counts.put(Task.Kind.REPAIR, repair);
    counts.put(Task.Kind.EXPORT, export);
    counts.put(Task.Kind.SPEED, 0);
    return counts;
  }

  private static void requireSameFigures(ReportData report, ReportData before) {
    assertThat(report.scores()).isEqualTo(before.scores());
    assertThat(report.distillation()).isEqualTo(before.distillation());
    assertThat(report.targets().getFirst().rows()).isEqualTo(before.targets().getFirst().rows());
  }

  private List<Path> stored(Task.Kind kind, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(store.resolve(kind.name().toLowerCase(Locale.ROOT)))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(suffix))
          .sorted()
          .toList();
    }
  }

  /** What is computed where a plan differs from the one before in one key. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "uptrain: {steps: 2|uptrain: {steps: 3|0|0|0|2|1|1",
        "throughput: 1.02x|throughput: 1.01x|0|0|0|0|0|0",
        "export: [huggingface]|export: [huggingface, gguf]|0|0|0|0|0|1",
        "score: {sequences: 2}|score: {sequences: 3}|0|0|8|2|0|0",
        "attention: [gqa_2]|attention: [gqa_2, noop]|0|1|2|0|0|0",
        "baselines: []|baselines: [uniform]|0|0|0|1|0|0",
      })
  void anotherPlanComputesWhatDiffers(
      String right,
      String other,
      int rank,
      int train,
      int score,
      int measure,
      int repair,
      int export)
      throws IOException {
    search(PLAN);

    ReportData second = search(PLAN.replace(right, other));

    assertThat(second.tasks().computed())
        .isEqualTo(counts(rank, train, score, measure, repair, export));
  }

  /** Its score decides whether the child has it, and whether one is measured anew. */
  @Test
  void oneMoreVariantIsTrainedAndScoredInEachLayer() throws IOException {
    search(PLAN);

    ReportData second = search(PLAN.replace("attention: [gqa_2]", "attention: [gqa_1, gqa_2]"));

    assertThat(second.tasks().computed())
        .containsEntry(Task.Kind.RANK, 0)
        .containsEntry(Task.Kind.TRAIN, 2)
        .containsEntry(Task.Kind.SCORE, 4);
  }

  /** A result that does not hold what was written is one that is missing. */
  @ParameterizedTest
  @ValueSource(strings = {".json", ".safetensors"})
  void aHalfWrittenResultIsComputedAgain(String suffix) throws IOException {
    ReportData first = search(PLAN);
    Path victim = stored(Task.Kind.TRAIN, suffix).getFirst();
    byte[] before = Files.readAllBytes(victim);
    try (FileChannel channel = FileChannel.open(victim, StandardOpenOption.WRITE)) {
      channel.truncate(before.length / 2);
    }

    ReportData second = search(PLAN);

    assertThat(second.tasks().computed()).isEqualTo(counts(0, 1, 0, 0, 0, 0));
    assertThat(victim).hasBinaryContent(before);
    requireSameFigures(second, first);
  }

  @Test
  void aResultThatWasChangedIsComputedAgain() throws IOException {
    ReportData first = search(PLAN);
    Path weights = stored(Task.Kind.REPAIR, ".safetensors").getFirst();
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), channel.size() - 3);
    }
    Path score = stored(Task.Kind.SCORE, ".json").getFirst();
    Files.writeString(score, Files.readString(score).replaceFirst("\"sum\":", "\"sum\":1"));

    ReportData second = search(PLAN);

    assertThat(second.tasks().computed()).isEqualTo(counts(0, 0, 1, 0, 1, 0));
    requireSameFigures(second, first);
  }

  @Test
  void anExportThatIsNotThereIsWrittenAgain() throws IOException {
    search(PLAN);
    Path exported = run.resolve("targets/h100-sxm/huggingface/model.safetensors");
    byte[] before = Files.readAllBytes(exported);
    Files.delete(exported);

    ReportData second = search(PLAN);

    assertThat(second.tasks().computed()).isEqualTo(counts(0, 0, 0, 0, 0, 1));
    assertThat(exported).hasBinaryContent(before);
  }

  @ParameterizedTest
  @CsvSource({"distill, 3", "score, 5", "uptrain h100-sxm, 1", "measure, 1"})
  void aSearchThatWasStoppedGoesOn(String stage, int steps) throws IOException {
    Path other = folder.resolve("undisturbed");
    ReportData undisturbed = search(PLAN, other, TaskVersions.current(), Progress.silent());
    assertThatThrownBy(() -> search(PLAN, run, TaskVersions.current(), new StoppedAt(stage, steps)))
        .isInstanceOf(Stop.class);
    assertThat(run.resolve("report.json")).doesNotExist();

    ReportData resumed = search(PLAN);

    requireSameFigures(resumed, undisturbed);
    assertThat(resumed.tasks().reused().values()).anyMatch(count -> count > 0);
    resumed
        .tasks()
        .computed()
        .forEach((kind, count) ->
            assertThat(count + resumed.tasks().reused().getOrDefault(kind, 0))
                .as(kind.name())
                .isEqualTo(all().getOrDefault(kind, 0)));
  }

  @Test
  void runsShareAFolder() throws IOException {
    String plan = PLAN.replace("store: run", "store: shared");
    ReportData first = search(plan);

    ReportData second =
        search(plan, folder.resolve("another run"), TaskVersions.current(), Progress.silent());

    assertThat(store).doesNotExist();
    assertThat(folder.resolve("shared/score")).isDirectoryContaining("glob:**.json");
    assertThat(second.tasks().computed()).isEqualTo(counts(0, 0, 0, 0, 0, 1));
    requireSameFigures(second, first);
    assertThat(folder.resolve("another run/targets/h100-sxm/huggingface/model.safetensors"))
        .hasSameBinaryContentAs(run.resolve("targets/h100-sxm/huggingface/model.safetensors"));
  }

  @Test
  void aFailedExportDoesNotLoseTheReport() throws IOException {
    Path inTheWay = run.resolve("targets/h100-sxm/huggingface");

    assertThatThrownBy(() ->
            search(
                PLAN,
                run,
                TaskVersions.current(),
                new BeforeExport(() -> {
                  Files.createDirectories(inTheWay.getParent());
                  return Files.writeString(inTheWay, "no folder");
                })))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(inTheWay.toString());

    assertThat(run.resolve("report.html")).exists();
    assertThat(Files.readString(run.resolve("report.json")))
        .contains("huggingface: not exported: ");
    CommandRun solved = CommandRun.of("solve", run, "--json");
    assertThat(solved.exitCode()).isZero();
    assertThat(solved.json().at("/status").asString()).isEqualTo("OPTIMAL");
  }

  @Test
  void theReportOfAnotherPlanIsKept() throws IOException {
    search(PLAN);
    Map<String, byte[]> before = new TreeMap<>();
    for (String name : List.of("plan.yaml", "report.json", "report.html")) {
      before.put(name, Files.readAllBytes(run.resolve(name)));
    }

    CommandRun outOfReach =
        CommandRun.of(
            "search",
            Files.writeString(folder.resolve("plan.yaml"), PLAN.replace("1.02x", "500x")),
            "--out",
            run);

    assertThat(outOfReach.exitCode()).isEqualTo(3);
    assertThat(run.resolve("report.html")).doesNotExist();
    try (Stream<Path> earlier = Files.list(run.resolve("earlier"))) {
      Path kept = earlier.toList().getFirst();
      before.forEach((name, bytes) -> assertThat(kept.resolve(name)).hasBinaryContent(bytes));
    }
    assertThat(search(PLAN).tasks().computed().values()).containsOnly(0);
    assertThat(run.resolve("report.html")).exists();
    try (Stream<Path> earlier = Files.list(run.resolve("earlier"))) {
      assertThat(earlier).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"library-0123abcd", "scores-0123abcd"})
  void aRunOfAnEarlierReleaseIsRefused(String name) throws IOException {
    Path old = Files.createDirectories(run.resolve(name));
    Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);

    assertThat(CommandRun.of("search", plan, "--out", run))
        .isEqualTo(
            CommandRun.refused(
                2,
                old
                    + ": made by an earlier release, whose results are not read; choose another"
                    + " --out, or remove library-*, scores-* and targets there"));
    assertThatThrownBy(() -> search(PLAN)).isInstanceOf(InvalidInputException.class);
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files).containsExactlyInAnyOrder(run, old);
    }
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Ends a search in the midst of a stage, as a user would. */
  private record StoppedAt(String stage, int steps) implements Progress {

    @Override
    public ProgressTask start(String started, long totalSteps) {
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

  /** Calls an action when the export begins. */
  private record BeforeExport(Callable<?> action, Progress progress) implements Progress {

    BeforeExport(Callable<?> action) {
      this(action, Progress.silent());
    }

    @Override
    public ProgressTask start(String stage, long totalSteps) {
      if (stage.startsWith("export")) {
        assertThatCode(action::call).doesNotThrowAnyException();
      }
      return progress.start(stage, totalSteps);
    }

    @Override
    public List<StageTime> stageTimes() {
      return progress.stageTimes();
    }
  }
}
