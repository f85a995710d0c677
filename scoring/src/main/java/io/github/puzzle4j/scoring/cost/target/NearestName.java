package io.github.puzzle4j.scoring.cost.target;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Hints for names that do not exist. */
final class NearestName {

  private NearestName() {}

  /** End of an error message: the existing names, and a suggestion. */
  static String hint(String wrong, Collection<String> names) {
    String existing = "; there are " + String.join(", ", names);
    List<String> longer = names.stream().filter(name -> name.startsWith(wrong)).toList();
    if (!longer.isEmpty()) {
      return "%s; did you mean %s?".formatted(existing, String.join(" or ", longer));
    }
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(wrong, name)))
        .filter(name -> distance(wrong, name) <= 3)
        .map(name -> "%s; did you mean %s?".formatted(existing, name))
        .orElse(existing);
  }

  /** Levenshtein distance. */
  private static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replaced =
            previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        current[column] = Math.min(replaced, 1 + Math.min(previous[column], current[column - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
