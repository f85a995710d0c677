package io.github.puzzle4j.search.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What can be done with one GPU's description; by itself it only lists that. */
@Command(
    name = "target",
    description = "Check a GPU's profile against measured kernels, or fit one.",
    subcommands = {TargetCheckCommand.class, TargetFitCommand.class})
final class TargetCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the run
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option itself
  private boolean help;

  @Override
  public void run() {
    CommandLine commandLine = spec.commandLine();
    commandLine.usage(commandLine.getOut());
  }
}
