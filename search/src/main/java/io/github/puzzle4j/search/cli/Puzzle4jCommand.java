package io.github.puzzle4j.search.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command by itself, which only helps. */
@Command(
    name = "puzzle4j",
    description = {
      "Searches a trained language model for a faster one: each layer gets the variant that costs"
          + " least quality for the speed and memory it saves."
    },
    versionProvider = Puzzle4jCommand.Version.class,
    footer = {
      "",
      "Exit codes: 0 success, 2 a mistake in what was asked, 3 nothing fits, 1 anything else.",
      "Every command takes --json, --verbose and --help."
    },
    subcommands = {
      QuickstartCommand.class,
      SearchCommand.class,
      DistillCommand.class,
      ScoreCommand.class,
      ReportCommand.class,
      PlanCommand.class,
      SolveCommand.class,
      FrontierCommand.class,
      LadderCommand.class,
      EvalCommand.class,
      InspectCommand.class,
      TrainTeacherCommand.class,
      CostCommand.class,
      TargetsCommand.class,
      TargetCommand.class,
      ProfileCommand.class,
      BenchCommand.class
    })
final class Puzzle4jCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the run
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option itself
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option itself
  private boolean version;

  @Override
  public void run() {
    CommandLine commandLine = spec.commandLine();
    commandLine.usage(commandLine.getOut());
  }

  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "puzzle4j %s (Java %s, %s %s)"
            .formatted(
                version == null ? "from classes" : version,
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"))
      };
    }
  }
}
