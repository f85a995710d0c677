package io.github.puzzle4j.search.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The benchmarks; by itself it only lists them. */
@Command(
    name = "bench",
    description = "Measure this project on this machine.",
    subcommands = {
      BenchSolveCommand.class,
      BenchCostCommand.class,
      BenchDistillCommand.class,
      BenchLoadCommand.class,
      BenchMemoryCommand.class,
      BenchProfileCommand.class
    })
final class BenchCommand implements Runnable {

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
