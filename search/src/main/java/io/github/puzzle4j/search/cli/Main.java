package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.cli.frame.FailureHandler;
import io.github.puzzle4j.search.cli.frame.MistakeHandler;
import io.github.puzzle4j.search.cli.shell.JavaShell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;

/** The {@code puzzle4j} command. */
public final class Main {

  private Main() {}

  /**
   * Runs one command and ends the JVM with its exit code. Standard output gets the answer and
   * nothing else, whatever libraries print; but {@code jshell} has it for itself.
   *
   * @throws Exception if JShell does
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("jshell")) {
      System.exit(JavaShell.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    AtomicInteger exitCode = new AtomicInteger(ExitCode.FAILURE.number());
    NativeOutput.silenced(() -> exitCode.set(run(new PrintStream(answer), System.err, arguments)));
    System.out.writeBytes(answer.toByteArray());
    if (System.out.checkError()) {
      System.err.println("puzzle4j: cannot write to standard output");
      exitCode.set(ExitCode.FAILURE.number());
    }
    System.exit(exitCode.get());
  }

  /**
   * Runs one command without ending the JVM.
   *
   * @param out receives the answer, in UTF-8
   * @param err receives errors; progress goes to {@code System.err}
   * @return the exit code: 0 success, 2 a user's mistake, 3 infeasible, 1 otherwise
   */
  public static int run(PrintStream out, PrintStream err, String... arguments) {
    return commandLine()
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new Puzzle4jCommand())
            .setParameterExceptionHandler(new MistakeHandler())
            .setExecutionExceptionHandler(new FailureHandler())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            // Help goes to pipes and files as often as to terminals: it is the same in all of them.
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    CommandGroups.install(commandLine);
    return commandLine;
  }
}
