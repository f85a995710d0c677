package io.github.puzzle4j.search.doctor;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Checks an engine in a process of its own: two releases of libtorch do not go together in one, and
 * a broken library may end the process that loads it.
 */
final class OwnProcess {

  /** Where every command starts; this package is one that it knows, so not the other way round. */
  private static final String MAIN = "io.github.puzzle4j.search.cli.Main";

  private static final Duration LONGEST = Duration.ofMinutes(3);

  private OwnProcess() {}

  /** Checks an engine by {@code doctor --engine ID --json}. */
  static EngineCheck check(String engine) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-doctor")) {
      Path out = folder.path().resolve("out");
      Path err = folder.path().resolve("err");
      Process process =
          new ProcessBuilder(command(engine))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!ended(process)) {
        process.destroyForcibly();
        return EngineCheck.absent(
            engine, "its library has not loaded within %s minutes".formatted(LONGEST.toMinutes()));
      }
      return read(engine, process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  private static List<String> command(String engine) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of("doctor", "--engine", engine, "--json"));
    return command;
  }

  private static boolean ended(Process process) throws IOException {
    try {
      return process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static EngineCheck read(String engine, int exitCode, String out, String err) {
    try {
      JsonNode found = Json.mapper().readTree(out).at("/engines/0");
      if (!found.isMissingNode()) {
        return Json.mapper().treeToValue(found, EngineCheck.class);
      }
    } catch (JacksonException noAnswer) {
      // What it said instead is more use than why that is no JSON.
    }
    String last =
        Stream.of(err.split("\n", -1)).filter(line -> !line.isBlank()).reduce("", (a, b) -> b);
    return EngineCheck.absent(
        engine,
        "the process that loads its library ended with %d: %s".formatted(exitCode, last.strip()));
  }
}
