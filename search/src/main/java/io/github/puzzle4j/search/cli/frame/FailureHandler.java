package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.run.OutOfReachException;
import io.github.puzzle4j.solver.InvalidProblemException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Ends a failed command with one line and the exit code for the kind of failure. */
public final class FailureHandler implements IExecutionExceptionHandler {

  private record Failure(ExitCode exitCode, String line) {}

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) {
    Throwable thrown =
        exception instanceof ExecutionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : exception;
    Failure failure = describe(thrown);
    print(commandLine, failure.line());
    if (commandLine.getCommand() instanceof AnsweringCommand command && command.verbose()) {
      thrown.printStackTrace(commandLine.getErr());
    }
    return failure.exitCode().number();
  }

  /** Prints the message as one line on standard error. */
  static void print(CommandLine commandLine, String message) {
    commandLine.getErr().println("puzzle4j: " + OneLine.of(message));
  }

  private static Failure describe(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    return switch (thrown) {
      case CliException own -> new Failure(own.exitCode(), message);
      case OutOfReachException none -> new Failure(ExitCode.INFEASIBLE, message);
      case InvalidInputException wrong -> new Failure(ExitCode.USER_MISTAKE, message);
      case InvalidProblemException wrong -> new Failure(ExitCode.USER_MISTAKE, message);
      case UncheckedIOException wrapped when wrapped.getCause() != null ->
          describe(wrapped.getCause());
      case NoSuchFileException missing ->
          new Failure(ExitCode.USER_MISTAKE, missing.getFile() + ": no such file or folder");
      case AccessDeniedException denied ->
          new Failure(ExitCode.USER_MISTAKE, denied.getFile() + ": permission denied");
      case NotDirectoryException file ->
          new Failure(ExitCode.USER_MISTAKE, file.getFile() + ": not a folder");
      case FileAlreadyExistsException there ->
          new Failure(
              ExitCode.USER_MISTAKE, there.getFile() + ": is there already, and is no folder");
      case FileSystemException refused when refused.getReason() == null ->
          new Failure(ExitCode.USER_MISTAKE, refused.getFile() + ": cannot be read or written");
      // Names the path and why the system refuses it, such as a file where a folder should be.
      case FileSystemException refused -> new Failure(ExitCode.USER_MISTAKE, message);
      // What an engine throws where it cannot be loaded after all.
      case IllegalStateException wrapped
          when wrapped.getCause() instanceof InvalidInputException wrong ->
          describe(wrong);
      case OutOfMemoryError full ->
          new Failure(
              ExitCode.FAILURE,
              "out of memory (%s). Maybe give the JVM more: PUZZLE4J_OPTS=-Xmx4g"
                  .formatted(message));
      default ->
          new Failure(
              ExitCode.FAILURE,
              "%s: %s (--verbose prints where)"
                  .formatted(thrown.getClass().getSimpleName(), message));
    };
  }
}
