package io.github.puzzle4j.search.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Consecutive layers of a teacher as a plan names them, such as {@code 3-4}.
 *
 * @param first counted from 0
 * @param last included, after {@code first}
 */
public record LayerSpan(int first, int last) {

  private static final Pattern WORDS = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");

  /**
   * Parses the name.
   *
   * @throws IllegalArgumentException if these are not two layers in ascending order
   */
  static LayerSpan parse(String text) {
    Matcher matcher = WORDS.matcher(text);
    if (matcher.matches()) {
      LayerSpan span =
          new LayerSpan(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
      if (span.first < span.last) {
        return span;
      }
    }
    throw new IllegalArgumentException(
        "must be the first and the last of consecutive layers, such as 3-4, not '%s'"
            .formatted(text));
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
