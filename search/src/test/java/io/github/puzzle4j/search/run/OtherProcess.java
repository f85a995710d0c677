package io.github.puzzle4j.search.run;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Java processes beside this one. */
public final class OtherProcess {

  private OtherProcess() {}

  /** A process with the classes of this one, which is not started yet. */
  public static ProcessBuilder of(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command);
  }

  /** Runs a command to its end. */
  static CommandRun command(Path scratch, Object... arguments)
      throws IOException, InterruptedException {
    Path err = scratch.resolve("err.txt");
    Process process = of(Main.class, arguments).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandRun(process.waitFor(), out, Files.readString(err));
  }
}
