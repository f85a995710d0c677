package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Arithmetic and comparisons with Python's semantics. */
final class Operators {

  private final Limits limits;

  Operators(Limits limits) {
    this.limits = limits;
  }

  Value binary(String operator, Value left, Value right) throws TemplateFailure {
    if (operator.equals("~")) {
      return text(PythonText.of(left), PythonText.of(right), false);
    }
    if (operator.equals("+") && left instanceof Value.Text && right instanceof Value.Text) {
      boolean safe = PythonText.isSafe(left) || PythonText.isSafe(right);
      return text(PythonText.escapedIf(safe, left), PythonText.escapedIf(safe, right), safe);
    }
    if (operator.equals("%") && left instanceof Value.Text(String format, boolean safe)) {
      if (safe) {
        throw new TemplateFailure("'%' of a text that is marked as safe is not supported");
      }
      return new PythonFormat(limits).byPercent(format, right);
    }
    if (operator.equals("*") && left instanceof Value.Whole && !isNumber(right)) {
      return binary(operator, right, left);
    }
    if (operator.equals("*")
        && left instanceof Value.Sequence(List<Value> items, boolean tuple)
        && right instanceof Value.Whole(long times)) {
      limits.list((long) items.size() * Math.clamp(times, 0, Limits.MAX_RANGE));
      List<Value> repeated = new ArrayList<>();
      for (long i = 0; i < Math.clamp(times, 0, Limits.MAX_RANGE); i++) {
        repeated.addAll(items);
      }
      return new Value.Sequence(repeated, tuple);
    }
    if (operator.equals("+")
        && left instanceof Value.Sequence(List<Value> a, boolean tuple)
        && right instanceof Value.Sequence(List<Value> b, boolean sameKind)
        && tuple == sameKind) {
      limits.list((long) a.size() + b.size());
      List<Value> joined = new ArrayList<>(a);
      joined.addAll(b);
      return new Value.Sequence(joined, tuple);
    }
    if (operator.equals("*")
        && left instanceof Value.Text(String a, boolean safe)
        && right instanceof Value.Whole(long times)) {
      limits.text(a.length() * Math.clamp(times, 0, Limits.MAX_TEXT_LENGTH + 1L));
      return new Value.Text(a.repeat(Math.clamp(times, 0, Limits.MAX_TEXT_LENGTH)), safe);
    }
    if (isNumber(left) && isNumber(right)) {
      return left instanceof Value.Real || right instanceof Value.Real || operator.equals("/")
          ? real(operator, real(left), real(right))
          : whole(operator, whole(left), whole(right));
    }
    throw new TemplateFailure(
        "'%s' is not supported for %s and %s".formatted(operator, left.kind(), right.kind()));
  }

  private Value text(String left, String right, boolean safe) throws TemplateFailure {
    limits.text((long) left.length() + right.length());
    return new Value.Text(left + right, safe);
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Whole
        || value instanceof Value.Real
        || value instanceof Value.Truth;
  }

  private static long whole(Value value) {
    return value instanceof Value.Whole(long number)
        ? number
        : value instanceof Value.Truth(boolean holds) && holds ? 1 : 0;
  }

  static double real(Value value) {
    return value instanceof Value.Real(double number) ? number : whole(value);
  }

  private static Value whole(String operator, long left, long right) throws TemplateFailure {
    if (operator.equals("**") && right < 0) {
      return real(operator, (double) left, (double) right);
    }
    if (right == 0 && (operator.equals("//") || operator.equals("%"))) {
      throw new TemplateFailure("divides by zero");
    }
    try {
      return new Value.Whole(
          switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "**" -> power(left, right);
            default -> Math.floorMod(left, right);
          });
    } catch (ArithmeticException tooLarge) {
      throw new TemplateFailure("result is too large for 64 bits");
    }
  }

  private static Value real(String operator, double left, double right) throws TemplateFailure {
    if (right == 0 && (operator.startsWith("/") || operator.equals("%"))) {
      throw new TemplateFailure("divides by zero");
    }
    return new Value.Real(
        switch (operator) {
          case "+" -> left + right;
          case "-" -> left - right;
          case "*" -> left * right;
          case "/" -> left / right;
          case "//" -> Math.floor(left / right);
          case "**" -> Math.pow(left, right);
          default -> left - right * Math.floor(left / right);
        });
  }

  private static long power(long base, long exponent) {
    java.math.BigInteger big = java.math.BigInteger.valueOf(base);
    // A power above 64 bits of anything but 0, 1 and -1 has more than 64 bits.
    int steps = Math.abs(base) <= 1 ? (int) (exponent % 2 + 2) : (int) Math.min(exponent, 65);
    return exponent == 0 ? 1 : big.pow(steps).longValueExact();
  }

  Value positive(Value value) throws TemplateFailure {
    return binary("+", new Value.Whole(0), value);
  }

  Value negative(Value value) throws TemplateFailure {
    if (!isNumber(value)) {
      throw new TemplateFailure("'-' is not supported for " + value.kind());
    }
    return binary("-", new Value.Whole(0), value);
  }

  boolean compare(String operator, Value left, Value right) throws TemplateFailure {
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "in" -> in(left, right);
      case "not in" -> !in(left, right);
      case "<" -> order(left, right) < 0;
      case "<=" -> order(left, right) <= 0;
      case ">" -> order(left, right) > 0;
      default -> order(left, right) >= 0;
    };
  }

  static boolean equal(Value left, Value right) {
    if (isNumber(left) && isNumber(right)) {
      boolean whole = !(left instanceof Value.Real) && !(right instanceof Value.Real);
      return whole ? (whole(left) == whole(right)) : (real(left) == real(right));
    }
    if (left instanceof Value.Sequence(List<Value> a, boolean tuple)
        && right instanceof Value.Sequence(List<Value> b, boolean other)) {
      if (tuple != other || a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof Value.Text(String a, boolean _)
        && right instanceof Value.Text(String b, boolean _)) {
      return a.equals(b);
    }
    if (left instanceof Value.Mapping(Map<Value, Value> a)
        && right instanceof Value.Mapping(Map<Value, Value> b)) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream()
              .allMatch(key -> equal(a.getOrDefault(key, left), b.getOrDefault(key, right)));
    }
    return left instanceof Value.Undefined ? right instanceof Value.Undefined : left.equals(right);
  }

  private static boolean in(Value part, Value whole) throws TemplateFailure {
    return switch (whole) {
      case Value.Text(String text, boolean _)
          when part instanceof Value.Text(String inner, boolean _) ->
          text.contains(inner);
      case Value.Sequence(List<Value> items, boolean _) ->
          items.stream().anyMatch(item -> equal(item, part));
      case Value.Mapping(Map<Value, Value> entries) ->
          !(new Value.Mapping(entries).get(part) instanceof Value.Undefined);
      case Value.Undefined _ -> false;
      case Value.Text _,
          Value.Whole _,
          Value.Real _,
          Value.Truth _,
          Value.None _,
          Value.Namespace _,
          Value.Function _ ->
          throw new TemplateFailure(
              "'in' is not supported for %s and %s".formatted(part.kind(), whole.kind()));
    };
  }

  static int order(Value left, Value right) throws TemplateFailure {
    if (isNumber(left) && isNumber(right)) {
      return left instanceof Value.Real || right instanceof Value.Real
          ? Double.compare(real(left), real(right))
          : Long.compare(whole(left), whole(right));
    }
    if (left instanceof Value.Text(String a, boolean _)
        && right instanceof Value.Text(String b, boolean _)) {
      return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }
    if (left instanceof Value.Sequence(List<Value> a, boolean tuple)
        && right instanceof Value.Sequence(List<Value> b, boolean other)
        && tuple == other) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return order(a.get(i), b.get(i));
        }
      }
      return Integer.compare(a.size(), b.size());
    }
    throw new TemplateFailure("%s and %s have no order".formatted(left.kind(), right.kind()));
  }
}
