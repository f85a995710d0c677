package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.bundle.LeftOut;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command: works, reports progress on standard error, and answers once on standard output, as
 * text or as one JSON object.
 */
public abstract class AnsweringCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print the answer as one JSON object, and nothing else.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress, only warnings and errors.")
  private boolean quiet;

  @Option(names = "--verbose", description = "On a failure, print the stack trace too.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option itself
  private boolean help;

  @Spec private CommandSpec spec;

  /**
   * Does the work.
   *
   * @throws CliException if the request is invalid or infeasible
   * @throws IOException if a file cannot be read or written
   */
  protected abstract Answer answer(Progress progress) throws CliException, IOException;

  @Override
  public final Integer call() throws CliException, IOException {
    Answer answer;
    Thread interrupted = new Thread(this::sayInterrupted);
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      answer = answer(Terminal.progress(quiet));
    } catch (NoClassDefFoundError missing) {
      throw new CliException.UserMistake(
          "this needs %s, which a bundle leaves out: run it where puzzle4j is installed whole"
              .formatted(LeftOut.missing(missing).orElseThrow(() -> missing).title()));
    } finally {
      forget(interrupted);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.mapper().writeValueAsString(answer.json()));
    } else if (!answer.text().isEmpty()) {
      out.println(answer.text());
    }
    if (!answer.complaint().isEmpty()) {
      FailureHandler.print(spec.commandLine(), answer.complaint());
    }
    if (out.checkError()) {
      throw new IOException("cannot write to standard output");
    }
    return answer.exitCode().number();
  }

  /** How a user goes on after this command was interrupted, without a full stop. */
  protected String afterInterruption() {
    return "nothing is kept";
  }

  /** The JVM then ends with 128 plus the number of the signal, 130 after Ctrl-C. */
  private void sayInterrupted() {
    FailureHandler.print(spec.commandLine(), "interrupted: " + afterInterruption());
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook is at work, and the JVM ends with it.
    }
  }

  final boolean verbose() {
    return verbose;
  }
}
