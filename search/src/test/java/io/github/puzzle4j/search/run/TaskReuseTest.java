package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a finished search computes again after a change. The table in {@code docs/tasks.md} is what
 * this test finds; with {@code -Dpuzzle4j.docs.update=true} it is written anew.
 */
class TaskReuseTest {

  private static final Path PAGE = Path.of("..", "docs", "tasks.md");
  private static final String BEGIN = "<!-- table by TaskReuseTest -->";
  private static final String END = "<!-- end of table -->";

  private static final String PLAN =
      SmallRun.PLAN.replace("rounds: 0", "rounds: 1").replace("adapt: false", "adapt: true");

  private static final String SECOND_TARGET =
      """
        - gpu: h100-sxm
          throughput: 1.1x
          memory: 90%
          scenario: {batch: [64]}
      """;

  /** Changes the inputs of a search and runs it again. */
  @FunctionalInterface
  private interface Change {
    TaskCounts again(SmallRun run) throws IOException;
  }

  /** All kinds but measured times, which a search without this machine as a target has not. */
  private static final List<Task.Kind> KINDS =
      List.copyOf(EnumSet.complementOf(EnumSet.of(Task.Kind.PROFILE, Task.Kind.SPEED)));

  private record Row(String change, TaskCounts tasks) {

    String computed() {
      return cells(tasks.computed());
    }

    private static String cells(Map<Task.Kind, Integer> counts) {
      StringJoiner cells = new StringJoiner(" | ");
      for (Task.Kind kind : KINDS) {
        int count = counts.getOrDefault(kind, 0);
        cells.add(count == 0 ? "-" : String.valueOf(count));
      }
      return cells.toString();
    }

    @Override
    public String toString() {
      return "| %s | %s | %s |".formatted(change, computed(), cells(tasks.reused()));
    }
  }

  @TempDir Path folder;

  private final List<Row> rows = new ArrayList<>();
  private SmallRun finished;

  @BeforeEach
  void write() throws IOException {
    finished = SmallRun.in(folder.resolve("finished"));
  }

  @Test
  void theTableSaysWhatIsComputedAgain() throws IOException {
    rows.add(new Row("first run", finished.search(PLAN)));
    rows.add(new Row("nothing", finished.search(PLAN)));

    plan("one more variant", "ffn: [50%]", "ffn: [50%, 25%]");
    plan("one variant less", "attention: [gqa_2], ffn: [50%]", "attention: [], ffn: [50%]");
    change(
        "other held-out text",
        run -> {
          run.writeRows("texts", "held-out", 140, 77);
          return run.search(PLAN);
        });
    change(
        "other validation text",
        run -> {
          run.writeRows("texts", "validation", 8, 78);
          return run.search(PLAN);
        });
    change(
        "renamed corpus",
        run -> {
          Files.move(run.folder().resolve("texts"), run.folder().resolve("renamed"));
          return run.search(PLAN.replace("texts/", "renamed/"));
        });
    change(
        "renamed teacher",
        run -> {
          Files.move(run.teacher(), run.folder().resolve("other-name"));
          return run.search(PLAN.replace("TEACHER", run.folder() + "/other-name"));
        });
    plan("one more target", "baselines:", SECOND_TARGET + "baselines:");
    plan("a target before it", "  - gpu: h100", SECOND_TARGET + "  - gpu: h100");
    change(
        "targets in other order",
        run -> {
          run.search(PLAN.replace("baselines:", SECOND_TARGET + "baselines:"));
          return run.search(PLAN.replace("  - gpu: h100", SECOND_TARGET + "  - gpu: h100"));
        });
    plan("another budget", "1.1x", "1.0x");
    plan("learning rate of distillation", "learningRate: 3e-3", "learningRate: 2e-3");
    plan("other steps on a child", "adapt: true", "adapt: 9");
    plan("learning rate of repair", "learningRate: 1e-3", "learningRate: 2e-3");
    plan("another seed of distillation", "distill: {", "distill: {seed: 9, ");
    plan("other score metric", "score: {", "score: {metric: lm_loss, ");
    plan("other export format", "[huggingface]", "[gguf-f32]");
    version("newer ranking", Task.Kind.RANK);
    version("newer training", Task.Kind.TRAIN);
    version("newer scores", Task.Kind.SCORE);
    version("newer measurement of children", Task.Kind.CHILD);
    version("newer measurement", Task.Kind.MEASURE);
    version("newer training on a child", Task.Kind.ADAPT);
    version("newer repair", Task.Kind.REPAIR);
    version("newer export", Task.Kind.EXPORT);
    for (Task.Kind kind : KINDS) {
      flip("flipped byte in a result: " + name(kind), "store/" + name(kind), ".json");
    }
    flip("flipped byte in trained weights", "store/train", ".safetensors");
    flip("flipped byte in repaired weights", "store/repair", ".safetensors");
    flip("flipped byte in an exported file", "targets/h100-sxm/huggingface", ".safetensors");

    requireExpectedReuse();
    requirePage();
  }

  private static String name(Task.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private void plan(String change, String from, String to) throws IOException {
    assertThat(PLAN).contains(from);
    change(change, run -> run.search(PLAN.replace(from, to)));
  }

  private void version(String change, Task.Kind kind) throws IOException {
    TaskVersions newer = TaskVersions.current().with(kind, kind.version() + 1);
    change("algorithm version: " + change, run -> run.search(PLAN, newer));
  }

  /** Flips the last bit of the byte in the middle of the first such file. */
  private void flip(String change, String below, String suffix) throws IOException {
    change(
        change,
        run -> {
          Path flipped;
          try (Stream<Path> files = Files.walk(run.run().resolve(below))) {
            flipped =
                files
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
          }
          byte[] bytes = Files.readAllBytes(flipped);
          bytes[bytes.length / 2] ^= 1;
          Files.write(flipped, bytes);
          return run.search(PLAN);
        });
  }

  private void change(String change, Change work) throws IOException {
    Path copy = folder.resolve("change-" + rows.size());
    copy(finished.folder(), copy);
    rows.add(new Row(change, work.again(SmallRun.at(copy))));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** What must hold whatever the numbers are: of each change, the kinds that are computed. */
  private void requireExpectedReuse() {
    assertComputes("first run", "rank train score child measure adapt repair export");
    assertComputes("nothing", "");
    assertThat(row("one more variant").tasks().computed())
        .containsEntry(Task.Kind.TRAIN, 4)
        .containsEntry(Task.Kind.SCORE, 8)
        .containsEntry(Task.Kind.RANK, 0);
    assertThat(row("one variant less").tasks().computed())
        .containsEntry(Task.Kind.TRAIN, 0)
        .containsEntry(Task.Kind.SCORE, 0);
    assertComputes("other held-out text", "measure");
    assertThat(row("other validation text").tasks().computed())
        .as("another child may win on it")
        .containsEntry(Task.Kind.RANK, 0)
        .containsEntry(Task.Kind.TRAIN, 0)
        .containsEntry(Task.Kind.SCORE, 16);
    assertComputes("renamed corpus", "");
    assertComputes("renamed teacher", "");
    assertComputes("targets in other order", "");
    assertComputes(
        "learning rate of distillation", "train score child measure adapt repair export");
    assertComputes("other steps on a child", "measure adapt repair export");
    assertComputes("learning rate of repair", "measure repair export");
    assertComputes("another seed of distillation", "train score child measure adapt repair export");
    assertThat(row("other score metric").tasks().computed())
        .as("a score holds all metrics, though another child may win by another one")
        .containsEntry(Task.Kind.TRAIN, 0)
        .containsEntry(Task.Kind.SCORE, 0);
    assertComputes("other export format", "export");
    assertComputes("algorithm version: newer scores", "score");
    assertComputes("algorithm version: newer measurement of children", "child");
    assertComputes("algorithm version: newer measurement", "measure");
    assertComputes("algorithm version: newer training on a child", "measure adapt repair export");
    assertComputes("algorithm version: newer export", "export");
    for (Task.Kind kind : KINDS) {
      assertComputes("flipped byte in a result: " + name(kind), name(kind));
      assertThat(row("flipped byte in a result: " + name(kind)).tasks().computed())
          .containsEntry(kind, 1);
    }
    assertComputes("flipped byte in trained weights", "train");
    assertComputes("flipped byte in repaired weights", "repair");
    assertComputes("flipped byte in an exported file", "export");
    assertThat(row("one more target").tasks().computed())
        .as("an equal child is repaired once")
        .containsEntry(Task.Kind.REPAIR, 0);
  }

  private Row row(String change) {
    return rows.stream().filter(row -> row.change().equals(change)).findFirst().orElseThrow();
  }

  private void assertComputes(String change, String kinds) {
    List<String> computed =
        KINDS.stream()
            .filter(kind -> row(change).tasks().computed().getOrDefault(kind, 0) > 0)
            .map(TaskReuseTest::name)
            .toList();
    assertThat(computed)
        .as(change)
        .containsExactlyElementsOf(kinds.isEmpty() ? List.of() : List.of(kinds.split(" ")));
  }

  private void requirePage() throws IOException {
    StringJoiner table = new StringJoiner("\n", BEGIN + "\n", "\n" + END);
    List<String> kinds = KINDS.stream().map(TaskReuseTest::name).toList();
    String columns = String.join(" | ", kinds);
    table.add("| change | %s | %s |".formatted(columns, columns));
    table.add("|---|" + "---|".repeat(2 * kinds.size()));
    rows.forEach(row -> table.add(row.toString()));
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END) + END.length();
    if (Boolean.getBoolean("puzzle4j.docs.update")) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(table.toString());
    }
  }
}
