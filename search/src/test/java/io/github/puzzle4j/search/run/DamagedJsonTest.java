package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every JSON file in the folder of a run, damaged in every way: commands that look at the run work
 * or end with one line, and the same search makes the file again.
 */
class DamagedJsonTest {

  @TempDir static Path folder;

  private static Path plan;
  private static Path run;
  private static String table;

  @BeforeAll
  static void search() throws IOException {
    SmallRun small = SmallRun.in(folder);
    run = small.run();
    plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            SmallRun.PLAN.replace("TEACHER", small.teacher().toString())
                + "sweep: {targets.throughput: [1.01x, 1.02x]}\n");
    assertThat(CommandRun.of("search", plan, "--out", run).exitCode()).isZero();
    table = CommandRun.of("report", run).out();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(run)) {
      return all.filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.startsWith(run.resolve("store")))
          .filter(file -> !file.toString().contains("huggingface"))
          .sorted()
          .toList();
    }
  }

  /** Folder of a point, or of the sweep. */
  private static Path runOf(Path file) {
    Path name = run.relativize(file);
    return name.startsWith("points") ? run.resolve(name.subpath(0, 2)) : run;
  }

  /** Those of the second point are of the same kinds as those of the first. */
  @ParameterizedTest
  @ValueSource(strings = {"report", "query", "status"})
  void commandsWorkOrEndWithOneLine(String command) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path file : files().stream().filter(one -> !one.toString().contains("1.02x")).toList()) {
      byte[] whole = Files.readAllBytes(file);
      for (Damage damage : Damage.values()) {
        if (damage.fits(file)) {
          damage.doTo(file);
          for (Path looked : Stream.of(run, runOf(file)).distinct().toList()) {
            CommandRun answer =
                command.equals("status")
                    ? CommandRun.of(command, looked, "--no-estimate")
                    : CommandRun.of(command, looked);
            if (!isWell(answer)) {
              wrong.add("%s %s, %s: %s".formatted(command, file, damage, answer.err()));
            }
          }
          restore(file, whole);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isWell(CommandRun answer) {
    boolean refused =
        answer.exitCode() == 2
            && answer.out().isEmpty()
            && answer.err().lines().count() == 1
            && answer.err().startsWith("puzzle4j: ");
    return answer.exitCode() == 0 ? !answer.err().contains("\tat ") : refused;
  }

  private static void restore(Path file, byte[] whole) throws IOException {
    if (Files.isDirectory(file)) {
      Files.deleteIfExists(file.resolve("mine"));
    }
    Files.deleteIfExists(file);
    Files.write(file, whole);
  }

  @Test
  void theSameSearchMakesThemAgain() throws IOException {
    for (Damage damage : List.of(Damage.MIDDLE_BYTE, Damage.FULL_FOLDER, Damage.CHANGED_VALUE)) {
      for (Path file : files()) {
        damage.doTo(file);
      }

      CommandRun again = CommandRun.of("search", plan, "--out", run);

      assertThat(again.exitCode()).as("%s: %s", damage, again.err()).isZero();
      CommandRun report = CommandRun.of("report", run);
      assertThat(report.err()).as(damage.toString()).isEmpty();
      assertThat(report.out()).as(damage.toString()).isEqualTo(table);
      assertThat(CommandRun.of("query", run, "select count(*) from candidate_costs").exitCode())
          .isZero();
    }
  }
}
