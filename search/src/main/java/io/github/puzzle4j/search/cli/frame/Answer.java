package io.github.puzzle4j.search.cli.frame;

/**
 * What a command has found out.
 *
 * @param exitCode what to tell the shell
 * @param json the answer for machines: becomes one JSON object
 * @param text the same for people, without a line break at the end; empty prints nothing
 * @param complaint one line for standard error, beside either; empty prints nothing
 */
public record Answer(ExitCode exitCode, Object json, String text, String complaint) {

  /** Without a complaint. */
  public Answer(ExitCode exitCode, Object json, String text) {
    this(exitCode, json, text, "");
  }

  public static Answer success(Object json, String text) {
    return new Answer(ExitCode.SUCCESS, json, text);
  }

  /** Machines learn in JSON why there is no success, people from the line alone. */
  public static Answer refusal(ExitCode exitCode, Object json, String line) {
    return new Answer(exitCode, json, "", line);
  }
}
