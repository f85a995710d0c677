package io.github.puzzle4j.search.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.Main;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, stopped while llama.cpp computes. */
class InterruptedProfileTest {

  private static final Path TEACHER = Path.of("..", "examples", "tiny-teacher").toAbsolutePath();
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  @Test
  void nothingIsLeftAndNothingCrashes() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path work = Files.createDirectory(folder.resolve("work"));
    Process process = profile(work, temporary);
    boolean ended;
    try (BufferedReader errors =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = errors.readLine();
      while (line != null && !line.matches("profile: \\d+ of .*")) {
        line = errors.readLine();
      }
      process.destroy();
      ended = process.waitFor(1, TimeUnit.MINUTES);
    } finally {
      process.destroyForcibly();
    }

    assertThat(ended).isTrue();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(names(work)).isEmpty();
    assertThat(names(temporary)).noneMatch(name -> name.startsWith("puzzle4j-profile"));
  }

  private Process profile(Path work, Path temporary) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            absolute(System.getProperty("java.class.path")),
            Main.class.getName(),
            "profile",
            "--model",
            TEACHER.toString(),
            "--engine",
            "llamacpp",
            "--time",
            "10m")
        .directory(work.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(part -> Path.of(part).toAbsolutePath().toString())
        .reduce((left, right) -> left + File.pathSeparator + right)
        .orElseThrow();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
