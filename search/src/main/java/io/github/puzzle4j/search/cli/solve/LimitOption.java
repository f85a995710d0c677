package io.github.puzzle4j.search.cli.solve;

import io.github.puzzle4j.solver.Limit;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A limit on the command line: {@code NAME=MAX}, {@code NAME=MIN..} or {@code NAME=MIN..MAX}. */
record LimitOption(String name, Limit limit) {

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?\\d[\\d_]*(\\.\\d+)?([eE][-+]?\\d+)?");

  /** For picocli. */
  static final class Converter implements ITypeConverter<LimitOption> {
    @Override
    public LimitOption convert(String value) {
      return parse(value);
    }
  }

  static LimitOption parse(String text) {
    int equals = text.indexOf('=');
    String name = text.substring(0, Math.max(0, equals)).strip();
    String range = text.substring(equals + 1).strip();
    if (name.isEmpty() || range.isEmpty()) {
      throw wrong(text);
    }
    int dots = range.indexOf("..");
    String least = dots < 0 ? "" : range.substring(0, dots).strip();
    String largest = dots < 0 ? range : range.substring(dots + 2).strip();
    if (least.isEmpty() && largest.isEmpty()) {
      throw wrong(text);
    }
    try {
      if (least.isEmpty()) {
        return new LimitOption(name, new Limit.AtMost(number(text, largest)));
      }
      return new LimitOption(
          name,
          largest.isEmpty()
              ? new Limit.AtLeast(number(text, least))
              : new Limit.Between(number(text, least), number(text, largest)));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'%s': %s".formatted(text, e.getMessage()));
    }
  }

  private static double number(String text, String part) {
    if (!NUMBER.matcher(part).matches()) {
      throw wrong(text);
    }
    return Double.parseDouble(part.replace("_", ""));
  }

  private static TypeConversionException wrong(String text) {
    return new TypeConversionException(
        "must be NAME=MAX, NAME=MIN.. or NAME=MIN..MAX with numbers, such as"
            + " stats.memory_mib=78000, not '%s'".formatted(text));
  }
}
