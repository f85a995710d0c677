package io.github.puzzle4j.blocklib.template;

import java.util.Locale;

/** Implements the tests after {@code is}. */
final class ValueTests {

  private ValueTests() {}

  static boolean holds(String name, Value value, Arguments arguments, Limits limits)
      throws TemplateFailure {
    arguments.allow(1);
    return switch (name) {
      case "eq", "equalto" -> Operators.equal(value, arguments.required(0, "other"));
      case "ne" -> !Operators.equal(value, arguments.required(0, "other"));
      case "lt" -> Operators.order(value, arguments.required(0, "other")) < 0;
      case "le" -> Operators.order(value, arguments.required(0, "other")) <= 0;
      case "gt" -> Operators.order(value, arguments.required(0, "other")) > 0;
      case "ge" -> Operators.order(value, arguments.required(0, "other")) >= 0;
      case "in" -> new Operators(limits).compare("in", value, arguments.required(0, "of"));
      case "odd" -> remainder(name, value, 2) == 1;
      case "even" -> remainder(name, value, 2) == 0;
      case "divisibleby" -> remainder(name, value, arguments.whole(0, "num", 1)) == 0;
      case "upper" -> hasCase(PythonText.of(value), PythonText.of(value).toUpperCase(Locale.ROOT));
      case "lower" -> hasCase(PythonText.of(value), PythonText.of(value).toLowerCase(Locale.ROOT));
      case "sameas" -> same(value, arguments.required(0, "other"));
      case "==", "!=", "<", "<=", ">", ">=" ->
          new Operators(limits).compare(name, value, arguments.required(0, "other"));
      case "lessthan" -> Operators.order(value, arguments.required(0, "other")) < 0;
      case "greaterthan" -> Operators.order(value, arguments.required(0, "other")) > 0;
      case "escaped" -> PythonText.isSafe(value);
      default -> isOfKind(name, value);
    };
  }

  /** As in Python, booleans are numbers, and strings and mappings are sequences. */
  private static boolean isOfKind(String name, Value value) throws TemplateFailure {
    return switch (name) {
      case "defined" -> !(value instanceof Value.Undefined);
      case "undefined" -> value instanceof Value.Undefined;
      case "none" -> value instanceof Value.None;
      case "string" -> value instanceof Value.Text;
      case "number" ->
          value instanceof Value.Whole
              || value instanceof Value.Real
              || value instanceof Value.Truth;
      case "integer" -> value instanceof Value.Whole;
      case "float" -> value instanceof Value.Real;
      case "boolean" -> value instanceof Value.Truth;
      case "true" -> value instanceof Value.Truth(boolean holds) && holds;
      case "false" -> value instanceof Value.Truth(boolean holds) && !holds;
      case "mapping" -> value instanceof Value.Mapping;
      case "callable" -> value instanceof Value.Function;
      case "iterable", "sequence" ->
          value instanceof Value.Text
              || value instanceof Value.Sequence
              || value instanceof Value.Mapping
              || value instanceof Value.Undefined;
      default -> throw new TemplateFailure("the test 'is %s' is not supported".formatted(name));
    };
  }

  private static long remainder(String name, Value value, long divisor) throws TemplateFailure {
    if (value instanceof Value.Whole(long number) && divisor != 0) {
      return Math.floorMod(number, divisor);
    }
    throw new TemplateFailure("'is %s' is not supported for %s".formatted(name, value.kind()));
  }

  /** Whether a text that has letters is as it would be after a change of case. */
  static boolean hasCase(String text, String changed) {
    return text.equals(changed)
        && text.codePoints()
            .anyMatch(code -> Character.isUpperCase(code) || Character.isLowerCase(code));
  }

  /** Identity, as far as templates can tell: of true, false, none and equal small values. */
  private static boolean same(Value value, Value other) {
    return value.getClass() == other.getClass() && Operators.equal(value, other);
  }
}
