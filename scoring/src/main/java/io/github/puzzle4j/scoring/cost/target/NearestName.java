package io.github.puzzle4j.scoring.cost.target;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Hints for names that do not exist. */
final class NearestName {

  private NearestName() {}

  /** End of an error message: the existing names, and a suggestion. */
  static String hint(String wrong, Collection<String> names) {
    String existing = "; there are " + String.join(", ", names);
    String wanted = plain(wrong);
    return Stream.<Predicate<String>>of(
            name -> plain(name).startsWith(wanted),
            name -> plain(name).contains(wanted),
            name -> distance(wanted, plain(name)) == 1,
            name -> wanted.contains(family(name)))
        .map(alike -> names.stream().filter(alike).toList())
        .filter(found -> !wanted.isEmpty() && !found.isEmpty())
        .findFirst()
        .or(() -> nearest(wanted, names))
        .map(found -> "%s; did you mean %s?".formatted(existing, String.join(" or ", found)))
        .orElse(existing);
  }

  /** The name with the fewest changes, if they leave at least half of it. */
  private static Optional<List<String>> nearest(String wanted, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(wanted, plain(name))))
        .filter(
            name -> distance(wanted, plain(name)) <= Math.min(3, Math.max(1, wanted.length() / 2)))
        .map(List::of);
  }

  /** Of a GPU's name without its variant: {@code h100} of {@code h100-sxm}. */
  private static String family(String name) {
    return plain(name.replaceFirst("-.*", ""));
  }

  /** Spellings such as {@code H100_SXM} and {@code h100-sxm} are the same for this. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[ _.-]", "");
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
