package io.github.puzzle4j.search.cli;

/**
 * What a command has found out.
 *
 * @param exitCode what to tell the shell
 * @param json the answer for machines: becomes one JSON object on standard output
 * @param text the same for people, without a line break at the end; empty prints nothing. Where the
 *     exit code is not success it is one line and goes to standard error, beside any JSON
 */
record Answer(ExitCode exitCode, Object json, String text) {

  static Answer success(Object json, String text) {
    return new Answer(ExitCode.SUCCESS, json, text);
  }
}
