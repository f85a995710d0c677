package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.plan.PlanSetting;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The option that replaces values of a plan. */
final class SetOption {

  private static final String NAME = "--set";

  @Option(
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      names = NAME,
      paramLabel = "KEY=VALUE",
      description = {
        "Replaces a value of the plan, such as score.sequences=64 or targets[0].throughput=1.5x;"
            + " can be repeated."
      })
  private List<String> settings = new ArrayList<>();

  /** The settings, in their order. */
  List<PlanSetting> settings() throws InvalidInputException {
    List<PlanSetting> parsed = new ArrayList<>();
    for (String setting : settings) {
      parsed.add(PlanSetting.parse(NAME, setting));
    }
    return parsed;
  }
}
