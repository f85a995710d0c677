package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.task.StoredFile;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BoundaryActivations;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TeacherTrainer;
import io.github.puzzle4j.blocklib.train.TeacherTraining;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TrainingListener;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * A thousand random damages to each kind of file of a run, each read as a search reads it: never
 * anything but what was written, and never more than one line.
 */
@Tag("hostile")
class RunMutationTest {

  private static final int MUTATIONS = 1000;

  /** A task of which only the record in its result is known. */
  private record Known(Kind kind, JsonNode task) implements Task {

    @JsonValue
    JsonNode json() {
      return task;
    }
  }

  /** Reads the artefact that has been damaged. */
  @FunctionalInterface
  private interface Reading {
    void check(int mutation) throws IOException;
  }

  @TempDir static Path folder;

  private static DamagedRun run;

  @BeforeAll
  static void search() throws IOException {
    run = new DamagedRun(SmallRun.in(folder.resolve("finished")));
    run.search();
  }

  private static void mutate(Path file, Reading reading) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(file.getFileName().toString().hashCode());
    for (int mutation = 0; mutation < MUTATIONS; mutation++) {
      Files.write(file, Mutation.of(bytes, random));
      reading.check(mutation);
    }
    Files.write(file, bytes);
  }

  private static String directory(Task.Kind kind) {
    return "store/" + kind.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<StoredResult> find(Task.Kind kind, JsonNode task) throws IOException {
    return new TaskStore(run.run().resolve("store")).find(new Known(kind, task));
  }

  @ParameterizedTest
  @EnumSource
  void results(Task.Kind kind) throws IOException {
    Path file = run.file(directory(kind) + "/*.json");
    JsonNode task = Json.readTree(file).path("task");
    JsonNode value = find(kind, task).orElseThrow().value();
    mutate(
        file,
        mutation ->
            assertThat(find(kind, task).map(StoredResult::value).orElse(value)).isEqualTo(value));
  }

  @ParameterizedTest
  @EnumSource(names = {"TRAIN", "REPAIR"})
  void weights(Task.Kind kind) throws IOException {
    Path file = run.file(directory(kind) + "/*/weights.safetensors");
    JsonNode task = Json.readTree(Path.of(file.getParent() + ".json")).path("task");
    assertThat(find(kind, task)).isPresent();
    mutate(file, mutation -> assertThat(find(kind, task)).isEmpty());
  }

  @Test
  void exportedWeights() throws IOException {
    Path file = run.file("targets/*/huggingface/model.safetensors");
    StoredFile written = TaskStore.describe(file);
    mutate(file, mutation -> assertThat(TaskStore.matches(file, written)).isFalse());
  }

  @Test
  void rememberedDigests() throws IOException {
    Path weights = run.small().teacher().resolve("model.safetensors");
    TaskStore store = new TaskStore(run.run().resolve("store"));
    String digest = store.digests().of(weights);
    mutate(
        run.file("store/digests.json"),
        mutation -> assertThat(store.digests().of(weights)).isEqualTo(digest));
  }

  @Test
  void ownersOfTargets() throws IOException {
    SearchPlan plan = run.small().plan(DamagedRun.PLAN);
    RunDirectory directory = new RunDirectory(run.run());
    mutate(
        run.file("targets/*/target.json"),
        mutation ->
            assertThat(TargetNames.of(plan, directory, line -> {})).containsExactly("h100-sxm"));
  }

  @Test
  void plans() throws IOException {
    RunDirectory directory = new RunDirectory(run.run());
    String plan = PlanReader.write(run.small().plan(DamagedRun.PLAN));
    Path report = run.run().resolve("report.json");
    byte[] figures = Files.readAllBytes(report);
    mutate(
        directory.plan(),
        mutation -> {
          directory.writePlan(plan);
          assertThat(directory.plan()).hasContent(plan);
        });
    // It went with the plans that were taken for others.
    Files.write(report, figures);
  }

  @Test
  void reports() throws IOException {
    CommandRun whole = CommandRun.of("report", run.run());
    assertThat(whole.exitCode()).isZero();
    mutate(
        run.run().resolve("report.json"),
        mutation -> {
          CommandRun report = CommandRun.of("report", run.run());
          if (report.exitCode() == 0) {
            assertThat(report).isEqualTo(whole);
          } else {
            assertThat(report.exitCode()).as("mutation %d", mutation).isEqualTo(2);
            assertThat(report.err().lines()).as("mutation %d", mutation).hasSize(1);
          }
        });
  }

  @Test
  void cachedTokens() throws IOException {
    SearchPlan plan = run.small().plan(DamagedRun.PLAN);
    try (ModelFolder teacher = ModelFolder.open(run.small().teacher())) {
      List<List<Integer>> tokens = heldOut(plan, teacher);
      for (Path file : List.of(run.file("cache/*.tokens"))) {
        mutate(file, mutation -> assertThat(heldOut(plan, teacher)).isEqualTo(tokens));
      }
    }
  }

  private static List<List<Integer>> heldOut(SearchPlan plan, ModelFolder teacher)
      throws IOException {
    PlanTexts texts = new PlanTexts(plan, run.run().resolve("cache"), teacher, line -> {});
    texts.calibration(4);
    texts.validation(4);
    return texts.heldOut().stream()
        .map(sequence -> Arrays.stream(sequence.ids()).boxed().toList())
        .toList();
  }

  @Test
  void activations() throws IOException {
    List<List<Long>> shapes = List.of(List.of(2L, 3L, 4L), List.of(1L, 3L, 4L));
    Path disk = folder.resolve("activations");
    try (DeviceMemory memory = DeviceMemory.open();
        ActivationStore store = ActivationStore.onDisk(disk, 1 << 20)) {
      store.keep(memory, "one", shapes, (scope, index) -> scope.zeros(shapes.get(index))).close();
      mutate(
          disk.resolve("one.safetensors"),
          mutation -> assertThat(store.find("one", shapes)).isEmpty());
      store.find("one", shapes).ifPresent(BoundaryActivations::close);
    }
  }

  @Test
  void statesOfTrainings() throws IOException {
    Path state = folder.resolve("state");
    try (DeviceMemory memory = DeviceMemory.open()) {
      TensorSource whole = train(memory, state, (step, loss) -> {});
      TrainingListener stops =
          (step, loss) -> {
            if (step == 3) {
              throw new IllegalStateException("stopped");
            }
          };
      try {
        train(memory, state, stops);
      } catch (IllegalStateException stopped) {
        assertThat(state).exists();
      }
      byte[] saved = Files.readAllBytes(state);
      mutate(
          state,
          mutation -> {
            TensorSource trained = train(memory, state, (step, loss) -> {});
            for (String name : whole.names()) {
              assertThat(trained.tensor(name).data().mismatch(whole.tensor(name).data()))
                  .as("%s after mutation %d", name, mutation)
                  .isEqualTo(-1);
            }
          });
      assertThat(saved).isNotEmpty();
    }
  }

  private static TensorSource train(DeviceMemory memory, Path state, TrainingListener listener)
      throws IOException {
    Model model =
        Model.uniform(
            CommonParts.llama(16, 8, 10_000, 16, true, new SpecialTokens(List.of(14), List.of(15))),
            1,
            Layer.llama(new AttentionShape(2, 2, 4), 8));
    TrainingSettings settings = new TrainingSettings(new LearningRate(1e-2, 0, 4, 0.1), 0.01, 1);
    return new TeacherTrainer(
            model,
            new TeacherTraining(settings.withCheckpointSteps(2), Precision.FLOAT32, 5),
            state)
        .train(
            memory,
            step -> TokenBatch.ofAllTokens(List.of(new int[] {1, 2, 3, step % 16}), 16),
            listener);
  }
}
