package io.github.puzzle4j.search.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Main;
import io.github.puzzle4j.search.rows.RunTable;
import io.github.puzzle4j.search.rows.StoreRows;
import io.github.puzzle4j.search.run.OtherProcess;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.run.RunRows;
import io.github.puzzle4j.search.run.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process of a sweep is killed at random moments, and the same command goes on: the tables in
 * the end are those of a sweep that nobody disturbed.
 */
class SweepKillTest {

  private static final String PLAN =
      SmallRun.PLAN
              .replace("rounds: 0", "rounds: 1")
              .replace("adapt: false", "adapt: true")
              .replace("baselines: []", "baselines: [greedy]")
              .replace("distill: {", "distill: {checkpointSteps: 1, ")
          + """
          sweep:
            targets.gpu: [h100-sxm, b200-sxm]
            targets.throughput: [1.01x, 1.02x]
          """;

  /** Differ from run to run: times, what was computed before a kill, and paths. */
  private static final Set<RunTable> OF_ONE_RUN =
      EnumSet.of(
          RunTable.STAGES,
          RunTable.ESTIMATED_STAGES,
          RunTable.TASKS,
          RunTable.FACTS,
          RunTable.COMMANDS);

  @TempDir Path folder;

  @Test
  void aSweepThatIsKilledTwiceEndsWithTheSameTables() throws Exception {
    killed(2);
  }

  /** Takes minutes; in the profile {@code endurance}. */
  @Test
  @Tag("endurance")
  void twentyKillsChangeNoTable() throws Exception {
    killed(20);
  }

  private void killed(int kills) throws Exception {
    SmallRun small = SmallRun.in(folder);
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"), PLAN.replace("TEACHER", small.teacher().toString()));
    Path undisturbed = folder.resolve("undisturbed");
    long began = System.nanoTime();
    assertThat(start(plan, undisturbed).waitFor()).isZero();
    long whole = System.nanoTime() - began;
    Map<RunTable, List<String>> tables = tables(undisturbed);
    assertThat(tables.get(RunTable.POINTS)).hasSize(4).allMatch(row -> row.contains("done"));

    SplittableRandom random = new SplittableRandom(18);
    int inTheMidst = 0;
    int runs = 0;
    for (int kill = 0; kill < kills; kill++) {
      Path run = folder.resolve("killed-" + runs);
      Process process = start(plan, run);
      if (process.waitFor(random.nextLong(whole), TimeUnit.NANOSECONDS)) {
        requireSame(run, tables, undisturbed);
        runs++;
      } else {
        inTheMidst++;
      }
      process.destroyForcibly().waitFor();
    }
    Path last = folder.resolve("killed-" + runs);
    assertThat(start(plan, last).waitFor()).isZero();
    requireSame(last, tables, undisturbed);
    System.out.printf(
        "%d of %d kills were in the midst of a sweep of %s%n",
        inTheMidst, kills, Duration.ofNanos(whole));
    assertThat(inTheMidst).isPositive();
  }

  private static Process start(Path plan, Path run) throws IOException {
    return OtherProcess.of(Main.class, "search", plan, "--out", run)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void requireSame(Path run, Map<RunTable, List<String>> expected, Path undisturbed)
      throws IOException {
    Map<RunTable, List<String>> tables = tables(run);
    for (RunTable table : RunTable.values()) {
      assertThat(tables.get(table)).as(table.id()).isEqualTo(expected.get(table));
    }
    assertThat(printed(run)).isEqualTo(printed(undisturbed));
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files)
          .noneMatch(file -> file.toString().endsWith(".tmp"))
          .noneMatch(file -> file.toString().endsWith(".training"))
          .noneMatch(file -> file.toString().contains("/activations/"));
    }
  }

  /** What the command prints of it, from its rows. */
  private static String printed(Path run) {
    CommandRun report = CommandRun.of("report", run);
    assertThat(report.exitCode()).as(report.err()).isZero();
    return report.out().replace(run.toString(), "RUN");
  }

  /** The rows of all tables, sorted, without what differs from run to run. */
  private static Map<RunTable, List<String>> tables(Path run) throws IOException {
    Map<RunTable, List<String>> tables = new EnumMap<>(RunTable.class);
    for (RunTable table : RunTable.values()) {
      tables.put(table, new ArrayList<>());
    }
    RunTable.Sink sink =
        (table, cells) -> {
          if (!OF_ONE_RUN.contains(table)) {
            Objects.requireNonNull(tables.get(table))
                .add(row(table, cells).replace(run.toString(), "RUN"));
          }
        };
    RunDirectory directory = new RunDirectory(run);
    new RunRows(directory, sink).write();
    new StoreRows(new TaskStore(directory.store()), sink).write();
    tables.values().forEach(Collections::sort);
    return tables;
  }

  private static String row(RunTable table, Object... cells) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      if (!table.columns().get(i).name().equals("solve_seconds")) {
        texts.add(cells[i].toString());
      }
    }
    return String.join("|", texts);
  }
}
