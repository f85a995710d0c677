package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a command has printed.
 *
 * @param err all of standard error: messages, progress, and what libraries log
 */
public record CommandRun(int exitCode, String out, String err) {

  public static CommandRun of(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    PrintStream before = System.err;
    System.setErr(errStream);
    try {
      int exitCode =
          Main.run(
              new PrintStream(out, true, StandardCharsets.UTF_8),
              errStream,
              List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
      return new CommandRun(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  /** A run that ended with an exit code and this one line, and nothing else. */
  public static CommandRun refused(int exitCode, String line) {
    return new CommandRun(exitCode, "", "puzzle4j: " + line + "\n");
  }

  public JsonNode json() {
    return Json.mapper().readTree(out);
  }
}
