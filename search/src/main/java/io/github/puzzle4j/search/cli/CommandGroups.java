package io.github.puzzle4j.search.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Groups the commands in the help by purpose. */
final class CommandGroups {

  /** Every command is in one group, which a test checks. */
  static final Map<String, List<String>> GROUPS = groups();

  private static final String OPTION_INDENT = "  ";

  private CommandGroups() {}

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put(
        "Whole searches", List.of("quickstart", "search", "plan", "status", "report", "query"));
    groups.put(
        "One stage",
        List.of("rank", "distill", "score", "calibrate", "solve", "assemble", "uptrain", "export"));
    groups.put("Choices under limits", List.of("frontier", "ladder"));
    groups.put(
        "Models",
        List.of(
            "inspect",
            "eval",
            "import",
            "generate",
            "questions",
            "verify-export",
            "train-teacher"));
    groups.put("Cost", List.of("cost", "targets", "target", "profile"));
    groups.put("Benchmarks", List.of("bench"));
    groups.put("Machines", List.of("doctor", "bundle", "completion"));
    return groups;
  }

  static void install(CommandLine commandLine) {
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
  }

  private static String render(Help help) {
    StringBuilder text = new StringBuilder();
    int width = help.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
    GROUPS.forEach((title, names) -> {
      List<String> lines = new ArrayList<>();
      for (String name : names) {
        Help command = help.subcommands().get(name);
        if (command != null) {
          lines.add(
              OPTION_INDENT + name + " ".repeat(width + 2 - name.length()) + summary(command));
        }
      }
      if (!lines.isEmpty()) {
        text.append("%n%s:%n".formatted(title));
        lines.forEach(line -> text.append(line).append(System.lineSeparator()));
      }
    });
    return text.toString();
  }

  private static String summary(Help command) {
    String[] description = command.commandSpec().usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }
}
