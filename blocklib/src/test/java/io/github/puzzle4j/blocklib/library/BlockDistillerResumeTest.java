package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same library, whatever happens on the way. */
class BlockDistillerResumeTest {

  @TempDir Path folder;

  private final TinyDistillation tiny = new TinyDistillation();

  @AfterEach
  void free() {
    tiny.close();
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherOneOthers() throws IOException {
    BlockLibrary first = tiny.distill(folder.resolve("first"), 1, TensorType.BF16, one -> {});
    tiny.distill(folder.resolve("second"), 1, TensorType.BF16, one -> {});
    BlockLibrary third = tiny.distill(folder.resolve("third"), 2, TensorType.BF16, one -> {});
    assertThat(files("second")).isEqualTo(files("first"));
    Replacement narrow = Replacement.of(1, TinyModel.LAYER.with(new GatedFfn(10)));
    assertThat(up(third, narrow)).isNotEqualTo(up(first, narrow));
  }

  private float[] up(BlockLibrary library, Replacement replacement) throws IOException {
    BlockWeights weights = library.load(tiny.memory, replacement).getFirst();
    return Objects.requireNonNull(weights.ffn().get(GatedFfn.UP)).toFloats();
  }

  /** Resumed by new kernels, as a new process has them. */
  @ParameterizedTest
  @CsvSource({"2, F32", "8, F32", "11, BF16"})
  void aRunThatWasKilledGoesOnToTheSameLibrary(int kill, TensorType stored) throws IOException {
    tiny.distill(folder.resolve("whole"), 1, stored, one -> {});
    List<TrainingStatistics> seen = new ArrayList<>();
    BlockDistiller.Listener killer =
        one -> {
          if (seen.size() == kill) {
            throw new IllegalStateException("killed");
          }
          seen.add(one);
        };
    assertThatThrownBy(() -> tiny.distill(folder.resolve("killed"), 1, stored, killer))
        .hasMessage("killed");
    BlockLibrary library =
        tiny.library(folder.resolve("killed"), TinyDistillation.settings(1), stored);
    assertThat(library.isComplete()).isEqualTo(kill == 11);
    int ended = 0;
    for (Train training : library.plan().trainings()) {
      assertThat(library.statistics(training).isPresent())
          .as(training.name())
          .isEqualTo(ended <= kill);
      ended++;
    }
    try (TinyDistillation again = new TinyDistillation()) {
      again.distill(folder.resolve("killed"), 1, stored, one -> {});
    }
    assertThat(files("killed")).isEqualTo(files("whole"));
  }

  @Test
  void weightsThatAreTornOrWithoutStatisticsAreMadeAgain() throws IOException {
    tiny.distill(folder.resolve("whole"), 1, TensorType.BF16, one -> {});
    BlockLibrary torn = tiny.distill(folder.resolve("torn"), 1, TensorType.BF16, one -> {});
    List<Train> trainings = torn.plan().trainings(1);
    Path missing = folder.resolve("torn/" + torn.store().key(trainings.get(0)) + ".json");
    Files.delete(missing);
    Path weights = torn.store().find(trainings.get(1)).orElseThrow().file(LibraryTensor.FILE);
    Files.writeString(weights, "torn");
    TaskStore store = tiny.distill(folder.resolve("torn"), 1, TensorType.BF16, one -> {}).store();
    assertThat(files("torn")).isEqualTo(files("whole"));
    assertThat(store.counts().computed())
        .containsEntry(Task.Kind.TRAIN, 2)
        .containsEntry(Task.Kind.RANK, 0);
    assertThat(store.counts().reused())
        .containsEntry(Task.Kind.TRAIN, 10)
        .containsEntry(Task.Kind.RANK, 2);
  }

  /** Not even the teacher is opened. */
  @Test
  void aCompleteLibraryIsReportedAndLeftAlone() throws IOException {
    List<TrainingStatistics> first = new ArrayList<>();
    List<TrainingStatistics> second = new ArrayList<>();
    tiny.distill(folder.resolve("library"), 1, TensorType.BF16, first::add);
    Map<String, Object> before = times();
    TaskStore store = new TaskStore(folder.resolve("library"));
    LibraryPlan plan =
        new LibraryPlan(
            tiny.space,
            TinyDistillation.inputs(TinyDistillation.VALIDATION, TensorType.BF16),
            TinyDistillation.settings(1),
            store);
    BlockLibrary complete =
        new BlockLibrary(
            plan,
            () -> {
              throw new IOException("opened");
            },
            store);
    tiny.distill(complete, ActivationStore.inMemory(), second::add);
    assertThat(second).isEqualTo(first);
    assertThat(times()).isEqualTo(before);
  }

  private Map<String, String> files(String name) throws IOException {
    return TinyDistillation.files(folder.resolve(name));
  }

  private Map<String, Object> times() throws IOException {
    Map<String, Object> times = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("library"))) {
      for (Path file : files.toList()) {
        times.put(file.toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
