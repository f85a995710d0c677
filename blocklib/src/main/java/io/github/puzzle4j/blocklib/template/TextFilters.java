package io.github.puzzle4j.blocklib.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Implements filters of texts and numbers. */
final class TextFilters {

  private static final int MOST_BLANKS = 1000;

  private TextFilters() {}

  static Map<String, Filters.Body> all(Methods methods) {
    Map<String, Filters.Body> all = new HashMap<>();
    all.put("string", changed(text -> text));
    all.put("upper", changed(text -> text.toUpperCase(Locale.ROOT)));
    all.put("lower", changed(text -> text.toLowerCase(Locale.ROOT)));
    all.put("capitalize", changed(Methods::capitalized));
    all.put("title", changed(TextFilters::titled));
    all.put("trim", TextFilters::trimmed);
    all.put("safe", (value, given) -> new Value.Text(PythonText.of(value), true));
    all.put("escape", (value, given) -> new Value.Text(PythonText.escapedIf(true, value), true));
    all.put(
        "forceescape",
        (value, given) ->
            new Value.Text(PythonText.escapedIf(true, new Value.Text(PythonText.of(value))), true));
    all.put(
        "replace",
        (value, given) -> {
          given.allow(3, "old", "new", "count");
          return methods.replaced(
              PythonText.of(value),
              PythonText.of(given.required(0, "old")),
              PythonText.of(given.required(1, "new")),
              given.whole(2, "count", -1));
        });
    all.put("indent", TextFilters::indented);
    all.put("truncate", TextFilters::truncated);
    all.put(
        "center",
        (value, given) -> {
          given.allow(1, "width");
          return methods.call(
              new Value.Text(PythonText.of(value)),
              "center",
              new Arguments(
                  "center", List.of(given.orElse(0, "width", new Value.Whole(80))), Map.of()));
        });
    all.put(
        "wordcount",
        (value, given) -> new Value.Whole(PythonText.of(value).split("\\W+", -1).length));
    all.put(
        "format",
        (value, given) ->
            methods.formatted(
                PythonText.of(value),
                given.named().isEmpty()
                    ? new Value.Sequence(given.positional(), true)
                    : Value.Mapping.named(given.named())));
    all.put("int", TextFilters::whole);
    all.put("float", TextFilters::real);
    all.put("abs", TextFilters::absolute);
    all.put("round", TextFilters::rounded);
    return all;
  }

  /** A filter without arguments; what is marked as safe remains so. */
  private static Filters.Body changed(UnaryOperator<String> change) {
    return (value, given) -> {
      given.allow(0);
      return new Value.Text(change.apply(PythonText.of(value)), PythonText.isSafe(value));
    };
  }

  private static Value trimmed(Value value, Arguments given) throws TemplateFailure {
    given.allow(1, "chars");
    Value set = given.orElse(0, "chars", new Value.None());
    return new Value.Text(
        PythonText.stripped(PythonText.of(value), set, true, true), PythonText.isSafe(value));
  }

  /** Title case as in the filter: unlike in the method, an apostrophe does not start a word. */
  private static String titled(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inside = false;
    for (int code : text.codePoints().toArray()) {
      titled.appendCodePoint(inside ? Character.toLowerCase(code) : Character.toUpperCase(code));
      inside = !PythonText.isSpace(code) && "-({[<".indexOf(code) < 0;
    }
    return titled.toString();
  }

  private static Value indented(Value value, Arguments given) throws TemplateFailure {
    given.allow(3, "width", "first", "blank");
    Value width = given.orElse(0, "width", new Value.Whole(4));
    String margin =
        width instanceof Value.Text(String text, boolean _)
            ? text
            : " ".repeat(Math.clamp(given.whole(0, "width", 4), 0, MOST_BLANKS));
    boolean blank = given.flag(2, "blank", false);
    String text = PythonText.of(value) + (PythonText.of(value).isEmpty() ? "" : "\n");
    List<String> lines = Methods.lines(text, false);
    StringBuilder indented = new StringBuilder(given.flag(1, "first", false) ? margin : "");
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        indented.append('\n').append(blank || !lines.get(i).isEmpty() ? margin : "");
      }
      indented.append(lines.get(i));
      if (indented.length() > Limits.MAX_TEXT_LENGTH) {
        throw new TemplateFailure("'indent' makes too many characters");
      }
    }
    return new Value.Text(indented.toString(), PythonText.isSafe(value));
  }

  private static Value truncated(Value value, Arguments given) throws TemplateFailure {
    given.allow(4, "length", "killwords", "end", "leeway");
    String text = PythonText.of(value);
    int length = given.whole(0, "length", 255);
    String end = PythonText.of(given.orElse(2, "end", new Value.Text("...")));
    int leeway =
        given.orElse(3, "leeway", new Value.None()) instanceof Value.None
            ? 5
            : given.whole(3, "leeway", 5);
    if (PythonText.length(text) <= (long) length + leeway) {
      return new Value.Text(text);
    }
    int kept = length - PythonText.length(end);
    if (kept < 0) {
      throw new TemplateFailure("'truncate' to fewer characters than its end has");
    }
    String cut = text.substring(0, text.offsetByCodePoints(0, kept));
    int space = cut.lastIndexOf(' ');
    return new Value.Text(
        (given.flag(1, "killwords", false) || space < 0 ? cut : cut.substring(0, space)) + end);
  }

  private static Value whole(Value value, Arguments given) throws TemplateFailure {
    given.allow(2, "default", "base");
    int base = given.whole(1, "base", 10);
    Optional<BigDecimal> number =
        value instanceof Value.Text(String text, boolean _) && base != 10
            ? based(text, base)
            : number(value);
    if (number.isEmpty()) {
      return given.orElse(0, "default", new Value.Whole(0));
    }
    BigDecimal integral = number.get().setScale(0, RoundingMode.DOWN);
    if (integral.precision() > 18) {
      throw new TemplateFailure("'int' of a number of more than 64 bits");
    }
    return new Value.Whole(integral.longValueExact());
  }

  private static Optional<BigDecimal> based(String text, int base) {
    String digits = text.strip().toLowerCase(Locale.ROOT).replaceFirst("^0[xob]", "");
    try {
      return Optional.of(BigDecimal.valueOf(Long.parseLong(digits, base)));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> number(Value value) {
    return switch (value) {
      case Value.Whole(long number) -> Optional.of(BigDecimal.valueOf(number));
      case Value.Truth(boolean holds) -> Optional.of(holds ? BigDecimal.ONE : BigDecimal.ZERO);
      case Value.Real(double number) when Double.isFinite(number) ->
          Optional.of(new BigDecimal(number));
      case Value.Text(String text, boolean _)
          when text.strip().matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?") ->
          Optional.of(new BigDecimal(text.strip()));
      default -> Optional.empty();
    };
  }

  private static Value real(Value value, Arguments given) throws TemplateFailure {
    given.allow(1, "default");
    if (value instanceof Value.Real) {
      return value;
    }
    Optional<BigDecimal> number = number(value);
    return number.isPresent()
        ? new Value.Real(number.get().doubleValue())
        : given.orElse(0, "default", new Value.Real(0));
  }

  private static Value absolute(Value value, Arguments given) throws TemplateFailure {
    given.allow(0);
    return switch (value) {
      case Value.Whole(long number) -> new Value.Whole(Math.abs(number));
      case Value.Real(double number) -> new Value.Real(Math.abs(number));
      case Value.Truth(boolean holds) -> new Value.Whole(holds ? 1 : 0);
      default -> throw new TemplateFailure("'abs' of %s is not supported".formatted(value.kind()));
    };
  }

  private static Value rounded(Value value, Arguments given) throws TemplateFailure {
    given.allow(2, "precision", "method");
    int precision = given.whole(0, "precision", 0);
    String method = PythonText.of(given.orElse(1, "method", new Value.Text("common")));
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw new TemplateFailure("'round' by %s is not supported".formatted(method));
        };
    if (!Operators.isNumber(value) || Math.abs(precision) > MOST_BLANKS) {
      throw new TemplateFailure("'round' of %s is not supported".formatted(value.kind()));
    }
    boolean whole = !(value instanceof Value.Real) && mode == RoundingMode.HALF_EVEN;
    double number = Operators.real(value);
    if (!Double.isFinite(number)) {
      return value;
    }
    BigDecimal rounded = new BigDecimal(number).setScale(precision, mode);
    return whole ? new Value.Whole(rounded.longValue()) : new Value.Real(rounded.doubleValue());
  }
}
