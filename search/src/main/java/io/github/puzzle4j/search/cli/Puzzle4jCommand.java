package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.search.cli.bench.BenchCommand;
import io.github.puzzle4j.search.cli.cost.CostCommand;
import io.github.puzzle4j.search.cli.cost.ProfileCommand;
import io.github.puzzle4j.search.cli.cost.TargetCommand;
import io.github.puzzle4j.search.cli.cost.TargetsCommand;
import io.github.puzzle4j.search.cli.frame.ListingCommand;
import io.github.puzzle4j.search.cli.machine.BundleCommand;
import io.github.puzzle4j.search.cli.machine.CompletionCommand;
import io.github.puzzle4j.search.cli.machine.DoctorCommand;
import io.github.puzzle4j.search.cli.model.EvalCommand;
import io.github.puzzle4j.search.cli.model.GenerateCommand;
import io.github.puzzle4j.search.cli.model.ImportCommand;
import io.github.puzzle4j.search.cli.model.InspectCommand;
import io.github.puzzle4j.search.cli.model.QuestionsCommand;
import io.github.puzzle4j.search.cli.model.TrainTeacherCommand;
import io.github.puzzle4j.search.cli.model.VerifyExportCommand;
import io.github.puzzle4j.search.cli.search.CalibrateCommand;
import io.github.puzzle4j.search.cli.search.DistillCommand;
import io.github.puzzle4j.search.cli.search.PlanCommand;
import io.github.puzzle4j.search.cli.search.QueryCommand;
import io.github.puzzle4j.search.cli.search.QuickstartCommand;
import io.github.puzzle4j.search.cli.search.ReportCommand;
import io.github.puzzle4j.search.cli.search.ScoreCommand;
import io.github.puzzle4j.search.cli.search.SearchCommand;
import io.github.puzzle4j.search.cli.search.StatusCommand;
import io.github.puzzle4j.search.cli.solve.FrontierCommand;
import io.github.puzzle4j.search.cli.solve.LadderCommand;
import io.github.puzzle4j.search.cli.solve.SolveCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The command without a subcommand, which only prints help. */
@Command(
    name = "puzzle4j",
    description = {
      "Searches a trained language model for a faster one: each layer gets the variant that costs"
          + " least quality for the speed and memory it saves."
    },
    versionProvider = Puzzle4jCommand.Version.class,
    footer = {
      "",
      "Exit codes: 0 success, 2 a mistake of the user, 3 nothing fits the limits, 1 otherwise.",
      "Every command takes --json, --quiet, --verbose and --help.",
      "'./puzzle4j jshell [SCRIPT]' opens the Java API in JShell."
    },
    subcommands = {
      QuickstartCommand.class,
      SearchCommand.class,
      DistillCommand.class,
      ScoreCommand.class,
      CalibrateCommand.class,
      StatusCommand.class,
      QueryCommand.class,
      ReportCommand.class,
      PlanCommand.class,
      SolveCommand.class,
      FrontierCommand.class,
      LadderCommand.class,
      EvalCommand.class,
      ImportCommand.class,
      GenerateCommand.class,
      QuestionsCommand.class,
      VerifyExportCommand.class,
      InspectCommand.class,
      TrainTeacherCommand.class,
      CostCommand.class,
      TargetsCommand.class,
      TargetCommand.class,
      ProfileCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      BundleCommand.class,
      CompletionCommand.class
    })
final class Puzzle4jCommand extends ListingCommand {

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option itself
  private boolean version;

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
