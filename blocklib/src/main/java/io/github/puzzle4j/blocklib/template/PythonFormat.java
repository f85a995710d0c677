package io.github.puzzle4j.blocklib.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Implements {@code '..' % value} and {@code '..'.format(..)}, without attributes and items. */
final class PythonFormat {

  private static final Pattern PERCENT =
      Pattern.compile("%(?:\\((\\w+)\\))?([-0 +]*)(\\d*)(?:\\.(\\d+))?([a-zA-Z%])");
  private static final Pattern FIELD =
      Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)(?:!([rs]))?(?::([^{}]*))?\\}|[{}]");
  private static final Pattern SPEC =
      Pattern.compile("(?:(.)?([<>^]))?(0?)(\\d*)(?:\\.(\\d+))?([sdf]?)");
  private static final int WIDEST = 10_000;

  private final Limits limits;
  private int next;

  PythonFormat(Limits limits) {
    this.limits = limits;
  }

  Value byPercent(String format, Value given) throws TemplateFailure {
    List<Value> values =
        given instanceof Value.Sequence(List<Value> items, boolean tuple) && tuple
            ? items
            : List.of(given);
    Matcher field = PERCENT.matcher(format);
    StringBuilder text = new StringBuilder();
    int behind = 0;
    while (field.find()) {
      append(text, format.substring(behind, field.start()), '%');
      behind = field.end();
      if (field.group(5).equals("%")) {
        text.append('%');
        continue;
      }
      Value value;
      if (field.group(1) != null) {
        value = Iteration.at(given, new Value.Text(field.group(1)));
      } else if (next < values.size()) {
        value = values.get(next++);
      } else {
        throw new TemplateFailure("not enough values for the format");
      }
      String flags = field.group(2);
      String shown = converted(value, field.group(5), field.group(4));
      String plus = flags.contains("+") && !shown.startsWith("-") ? "+" : "";
      text.append(
          padded(
              plus + shown,
              flags.contains("-") ? '<' : '>',
              flags.contains("0") && !flags.contains("-") ? '0' : ' ',
              field.group(3)));
    }
    append(text, format.substring(behind), '%');
    if (next < values.size() && !(given instanceof Value.Mapping)) {
      throw new TemplateFailure("not all values are used by the format");
    }
    limits.text(text.length());
    return new Value.Text(text.toString());
  }

  private static void append(StringBuilder text, String plain, char mark) throws TemplateFailure {
    if (plain.indexOf(mark) >= 0) {
      throw new TemplateFailure("the format '%s' is not supported".formatted(plain));
    }
    text.append(plain);
  }

  Value byFields(String format, Arguments given) throws TemplateFailure {
    Matcher field = FIELD.matcher(format);
    StringBuilder text = new StringBuilder();
    int behind = 0;
    while (field.find()) {
      text.append(format, behind, field.start());
      behind = field.end();
      switch (field.group()) {
        case "{{" -> text.append('{');
        case "}}" -> text.append('}');
        case "{", "}" ->
            throw new TemplateFailure("the format '%s' is not supported".formatted(format));
        default -> {
          Value value = value(field.group(1), given);
          if ("r".equals(field.group(2))) {
            value = new Value.Text(PythonText.shown(value));
          }
          text.append(byField(value, field.group(3) == null ? "" : field.group(3)));
        }
      }
    }
    text.append(format.substring(behind));
    limits.text(text.length());
    return new Value.Text(text.toString());
  }

  private Value value(String name, Arguments given) throws TemplateFailure {
    if (name.isEmpty() || name.matches("\\d{1,4}")) {
      return given.required(name.isEmpty() ? next++ : Integer.parseInt(name), name);
    }
    Value value = given.named().get(name);
    if (value == null) {
      throw new TemplateFailure("the format needs a value '%s'".formatted(name));
    }
    return value;
  }

  private static String byField(Value value, String format) throws TemplateFailure {
    Matcher spec = SPEC.matcher(format);
    if (!spec.matches()) {
      throw new TemplateFailure("the format ':%s' is not supported".formatted(format));
    }
    boolean number = Operators.isNumber(value) && !(value instanceof Value.Truth);
    String type = spec.group(6).isEmpty() ? (spec.group(5) == null ? "s" : "f") : spec.group(6);
    if (spec.group(6).isEmpty() && spec.group(5) != null && !(value instanceof Value.Text)) {
      throw new TemplateFailure("the format ':%s' is not supported".formatted(format));
    }
    String shown = converted(value, value instanceof Value.Text ? "s" : type, spec.group(5));
    boolean zeros = !spec.group(3).isEmpty();
    char align = spec.group(2) != null ? spec.group(2).charAt(0) : number ? '>' : '<';
    char fill = spec.group(1) != null ? spec.group(1).charAt(0) : zeros ? '0' : ' ';
    return padded(shown, align, fill, spec.group(4));
  }

  private static String converted(Value value, String type, String precision)
      throws TemplateFailure {
    if (type.equals("s") || type.equals("r")) {
      String text = type.equals("s") ? PythonText.of(value) : PythonText.shown(value);
      int most = precision == null ? WIDEST : Math.min(WIDEST, Integer.parseInt(precision));
      return precision == null || PythonText.length(text) <= most
          ? text
          : text.substring(0, text.offsetByCodePoints(0, most));
    }
    if (!Operators.isNumber(value)) {
      throw new TemplateFailure("'%%%s' of %s".formatted(type, value.kind()));
    }
    double number = Operators.real(value);
    return switch (type) {
      case "d", "i" -> Long.toString((long) number);
      case "f" ->
          new BigDecimal(number)
              .setScale(
                  precision == null ? 6 : Math.min(100, Integer.parseInt(precision)),
                  RoundingMode.HALF_EVEN)
              .toPlainString();
      default -> throw new TemplateFailure("the format '%s' is not supported".formatted(type));
    };
  }

  private static String padded(String text, char align, char fill, String width)
      throws TemplateFailure {
    if (width.isEmpty()) {
      return text;
    }
    if (width.length() > 4) {
      throw new TemplateFailure("a format is wider than %d".formatted(WIDEST));
    }
    int missing = Math.max(0, Integer.parseInt(width) - PythonText.length(text));
    int left = align == '<' ? 0 : align == '>' ? missing : missing / 2;
    boolean signed = fill == '0' && align == '>' && text.matches("[-+].*");
    String head = signed ? text.substring(0, 1) : "";
    return head
        + String.valueOf(fill).repeat(left)
        + text.substring(head.length())
        + String.valueOf(fill).repeat(missing - left);
  }
}
