package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code puzzle4j} script at the root, as a user calls it. */
class LauncherTest {

  private static final int SECONDS = 60;

  @TempDir private Path folder;

  private record Run(int exitCode, String out, String err) {}

  @BeforeEach
  void theJarsAreBuilt() {
    assumeTrue(
        Main.class.getProtectionDomain().getCodeSource().getLocation().getPath().endsWith(".jar"),
        "needs the packaged jars: run with `./mvnw verify`, not `test`");
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
  }

  private Run run(Path script, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Path script() {
    return Repository.root().resolve("puzzle4j");
  }

  @Test
  void itRunsFromAnyFolderAndThroughALink() throws IOException, InterruptedException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), script());
    Run run = run(link, "--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("puzzle4j ");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aMistakeIsOneLineOnStandardErrorAndExitCode2() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("my plan.yaml"), "schema: 1\nteacher: {pth: model}\n");

    assertThat(run(script(), "plan", "my plan.yaml"))
        .isEqualTo(
            new Run(
                2,
                "",
                "puzzle4j: my plan.yaml, line 2: unknown key 'teacher.pth'; did you mean"
                    + " 'path'?\n"));
  }
}
