package io.github.puzzle4j.search.cli.frame;

/**
 * The result of a command.
 *
 * @param exitCode of the process
 * @param json the answer as one JSON object
 * @param text the same as text, without a line break at the end; empty prints nothing
 * @param complaint one line for standard error in either case; empty prints nothing
 */
public record Answer(ExitCode exitCode, Object json, String text, String complaint) {

  /** Without a complaint. */
  public Answer(ExitCode exitCode, Object json, String text) {
    this(exitCode, json, text, "");
  }

  public static Answer success(Object json, String text) {
    return new Answer(ExitCode.SUCCESS, json, text);
  }

  /** A failure whose reason is in the JSON answer, or in one line of text. */
  public static Answer refusal(ExitCode exitCode, Object json, String line) {
    return new Answer(exitCode, json, "", line);
  }
}
