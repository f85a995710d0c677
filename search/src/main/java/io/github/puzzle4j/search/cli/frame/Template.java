package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.search.report.TextTable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Formats the JSON of an answer as text, so that both have the same contents.
 *
 * <p>A field is in braces, nested fields follow a dot: <code>{machine.java}</code>. A format of
 * {@link String#format} follows a colon, a factor an asterisk, a divisor a slash: <code>
 * {share*100:%.1f}</code>. A missing or null field is empty, and so is 0 if the name ends in a
 * question mark: <code>{window?:%,d}</code>.
 */
public final class Template {

  private static final Pattern FIELD =
      Pattern.compile("\\{([\\w.]+)(\\?)?(?:([*/])([0-9.e-]+))?(?::([^}]*))?}");

  private Template() {}

  /** Fills it with the fields of an object. */
  public static String fill(JsonNode values, String template) {
    return FIELD
        .matcher(template)
        .replaceAll(field ->
            Matcher.quoteReplacement(
                text(
                    values.at("/" + field.group(1).replace('.', '/')),
                    field.group(2) != null,
                    factor(field.group(3), field.group(4)),
                    field.group(5))));
  }

  private static double factor(@Nullable String sign, @Nullable String number) {
    return sign == null || number == null
        ? 1
        : sign.equals("*") ? Double.parseDouble(number) : 1 / Double.parseDouble(number);
  }

  private static String text(
      JsonNode value, boolean positive, double factor, @Nullable String format) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isNumber()) {
      return format == null ? value.asString() : format.formatted(value.asString());
    }
    if (positive && value.doubleValue() == 0) {
      return "";
    }
    Number number =
        factor == 1 ? value.numberValue() : Double.valueOf(factor * value.doubleValue());
    return format == null ? number.toString() : String.format(Locale.ROOT, format, number);
  }

  /**
   * A table of objects.
   *
   * @param columns each a heading, an equals sign, and the template of its cells
   */
  public static String table(Iterable<? extends JsonNode> rows, String... columns) {
    List<String[]> parts = Arrays.stream(columns).map(column -> column.split("=", 2)).toList();
    TextTable table = new TextTable(parts.stream().map(part -> part[0]).toList());
    for (JsonNode row : rows) {
      table.add(parts.stream().map(part -> fill(row, part[1])).toList());
    }
    return table.toString();
  }
}
