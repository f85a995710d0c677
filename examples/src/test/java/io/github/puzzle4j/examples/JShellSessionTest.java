package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The session script runs to its end in JShell itself. */
class JShellSessionTest {

  private static final int MINUTES_AT_MOST = 8;

  @Test
  void theSessionRunsToItsEnd(@TempDir Path folder) throws IOException, InterruptedException {
    File output = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jshell").toString(),
                "-R--enable-native-access=ALL-UNNAMED",
                "-R--sun-misc-unsafe-memory-access=allow",
                "-R-Dpuzzle4j.home=" + Repository.root(),
                "-R-Dpuzzle4j.run=" + folder.resolve("run"),
                "--class-path",
                classPath(),
                Repository.root().resolve("examples/session.jsh").toString())
            .redirectInput(ProcessBuilder.Redirect.from(emptyFile(folder)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(output)
            .start();
    try {
      assertThat(process.waitFor(MINUTES_AT_MOST, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output.toPath(), StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed)
        .contains(
            "teacher: 8 layers",
            "search space: 12 variants of layer 0",
            "optimal",
            "KL after GKD",
            "exported gguf");
  }

  /** JShell refuses a class path with a folder that does not exist, such as one without classes. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> Files.exists(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static File emptyFile(Path folder) throws IOException {
    return Files.createFile(folder.resolve("nothing")).toFile();
  }
}
