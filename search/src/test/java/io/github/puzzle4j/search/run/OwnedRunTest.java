package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run folder, and a store that several plans share, belong to one process at a time. */
class OwnedRunTest {

  private static final String HOLDER =
      ": in use by process %d on \\S+ since \\S+Z; wait until it ends, or choose another folder\n"
          .formatted(ProcessHandle.current().pid());

  @TempDir Path folder;

  @Test
  void anotherProcessIsRefusedAtOnceAndReportsCanBeRead() throws Exception {
    SmallRun run = SmallRun.in(folder);
    String yaml = SmallRun.PLAN.replace("schema: 1", "schema: 1\nstore: shared");
    run.search(yaml);
    Path plan = write(run, yaml);

    try (Search _ = run.open(yaml, TaskVersions.current())) {
      requireRefused(OtherProcess.command(folder, "search", plan, "--out", run.run()), run.run());
      Path elsewhere = folder.resolve("another run");
      requireRefused(
          OtherProcess.command(folder, "score", plan, "--out", elsewhere),
          folder.resolve("shared"));
      assertThat(CommandRun.of("report", run.run()).exitCode()).isZero();
    }

    assertThat(CommandRun.of("search", plan, "--out", run.run()).exitCode()).isZero();
  }

  private static void requireRefused(CommandRun other, Path place) {
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.out()).isEmpty();
    assertThat(other.err()).matches("puzzle4j: " + place + HOLDER);
  }

  private static Path write(SmallRun run, String yaml) throws IOException {
    return Files.writeString(
        run.folder().resolve("plan.yaml"), yaml.replace("TEACHER", run.teacher().toString()));
  }
}
