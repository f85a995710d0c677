package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.solver.json.NearestName;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports wrong arguments in one line, with the nearest valid one. */
public final class MistakeHandler implements IParameterExceptionHandler {

  private static final Pattern CHOICE =
      Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\) but was '([^']*)'");

  @Override
  public int handleParseException(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    String message =
        mistake instanceof UnmatchedArgumentException unmatched
            ? describe(unmatched, command)
            : unknownOption(arguments, command)
                .orElseGet(() ->
                    "%s; '%s --help' tells more"
                        .formatted(
                            plain(String.valueOf(mistake.getMessage())),
                            command.getCommandSpec().qualifiedName()));
    command.getErr().println("puzzle4j: " + OneLine.of(message));
    return ExitCode.USER_MISTAKE.number();
  }

  /** Without names of Java types. */
  private static String plain(String message) {
    String plain =
        message
            .replaceFirst("'([^']*)' is not an? (int|long)$", "must be a whole number, not '$1'")
            .replaceFirst("'([^']*)' is not a (double|float)$", "must be a number, not '$1'")
            .replaceFirst("'([^']*)' is not a boolean$", "must be true or false, not '$1'");
    Matcher choice = CHOICE.matcher(plain);
    return choice.find()
        ? plain.substring(0, choice.start())
            + "must be one of %s, not '%s'"
                .formatted(choice.group(1).toLowerCase(Locale.ROOT), choice.group(2))
            + plain.substring(choice.end())
        : plain;
  }

  private static String describe(UnmatchedArgumentException unmatched, CommandLine command) {
    String name = unmatched.getUnmatched().getFirst();
    String owner = command.getCommandSpec().qualifiedName();
    if (unmatched.isUnknownOption()) {
      return unknownOption(name, command);
    }
    Collection<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "unexpected argument '%s' of '%s'; '%s --help' tells what it takes"
            .formatted(name, owner, owner)
        : "unknown command '%s'; %s".formatted(name, NearestName.hint(name, List.copyOf(commands)));
  }

  /** A parameter may be reported as missing because an option is misspelt. */
  private static Optional<String> unknownOption(String[] arguments, CommandLine command) {
    return Arrays.stream(arguments)
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.startsWith("--"))
        .filter(argument -> !command.getCommandSpec().optionsMap().containsKey(name(argument)))
        .findFirst()
        .map(argument -> unknownOption(argument, command));
  }

  private static String unknownOption(String argument, CommandLine command) {
    Collection<String> options = command.getCommandSpec().optionsMap().keySet();
    return "unknown option '%s' of '%s'; %s"
        .formatted(
            name(argument),
            command.getCommandSpec().qualifiedName(),
            NearestName.hint(name(argument), options));
  }

  private static String name(String option) {
    return option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
  }
}
