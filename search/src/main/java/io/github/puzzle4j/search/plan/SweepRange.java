package io.github.puzzle4j.search.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Values at equal distances or ratios: {@code 1 to 3}, {@code 1.2x to 1.8x by 0.2x}, {@code 64 to
 * 512 times 2}.
 */
final class SweepRange {

  /** More values are a mistake, such as a step of the wrong unit. */
  static final int MOST = 1000;

  private static final String NUMBER = "(-?[0-9]{1,12}(?:\\.[0-9]{1,9})?(?:e-?[0-9]{1,2})?)";
  private static final String UNIT = "([A-Za-z%]{0,8})";
  private static final Pattern RANGE =
      Pattern.compile(
          "%1$s%2$s +to +%1$s%2$s(?: +by +%1$s%2$s| +times +%1$s)?".formatted(NUMBER, UNIT));

  private SweepRange() {}

  /**
   * The values of a range, both ends included; empty if the text is none.
   *
   * @throws IllegalArgumentException if it is one that does not lead from its first to its last
   *     value, or in too many steps
   */
  static Optional<List<JsonNode>> values(String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      return Optional.empty();
    }
    String unit = range.group(2);
    boolean grows = range.group(7) != null;
    boolean sameUnits =
        unit.equals(range.group(4)) && (range.group(6) == null || unit.equals(range.group(6)));
    if (!sameUnits) {
      throw new IllegalArgumentException("must have one unit, not '%s'".formatted(text));
    }
    BigDecimal first = new BigDecimal(range.group(1));
    BigDecimal last = new BigDecimal(range.group(3));
    BigDecimal step =
        grows
            ? new BigDecimal(range.group(7))
            : range.group(5) != null ? new BigDecimal(range.group(5)) : BigDecimal.ONE;
    if (first.compareTo(last) > 0
        || step.compareTo(grows ? BigDecimal.ONE : BigDecimal.ZERO) <= 0
        || (grows && first.signum() <= 0)) {
      throw new IllegalArgumentException(
          "must go up, as 1 to 3, 10%% to 40%% by 10%% or 64 to 512 times 2, not '%s'"
              .formatted(text));
    }
    List<JsonNode> values = new ArrayList<>();
    for (BigDecimal at = first;
        at.compareTo(last) <= 0;
        at = grows ? at.multiply(step) : at.add(step)) {
      if (values.size() == MOST) {
        throw new IllegalArgumentException(
            "must be at most %d values, not more, as '%s'".formatted(MOST, text));
      }
      values.add(value(at, unit));
    }
    return Optional.of(List.copyOf(values));
  }

  private static JsonNode value(BigDecimal number, String unit) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    BigDecimal plain = number.stripTrailingZeros();
    if (!unit.isEmpty()) {
      return nodes.stringNode(plain.toPlainString() + unit);
    }
    if (plain.scale() > 0) {
      return nodes.numberNode(plain.doubleValue());
    }
    return plain.precision() - plain.scale() <= 9
        ? nodes.numberNode(plain.intValueExact())
        : nodes.numberNode(plain.toBigIntegerExact());
  }
}
