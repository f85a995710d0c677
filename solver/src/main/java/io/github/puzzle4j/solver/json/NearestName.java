package io.github.puzzle4j.solver.json;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what a user most likely meant by a name that does not exist. */
public final class NearestName {

  /** Of what is longer nobody reads a correction, and it takes long to find one. */
  private static final int LONGEST = 64;

  /** What is shorter begins many names by chance. */
  private static final int SHORTEST = 3;

  private NearestName() {}

  /** The known name that is nearest, where one is near enough to be a likely misspelling. */
  public static Optional<String> find(String name, Collection<String> known) {
    record Match(String name, int edits) {}
    String wanted = plain(name);
    if (wanted.length() > LONGEST) {
      return Optional.empty();
    }
    Optional<String> longer = beginningWith(wanted, known);
    if (longer.isPresent()) {
      return longer;
    }
    return known.stream()
        .map(candidate -> new Match(candidate, edits(wanted, plain(candidate))))
        .filter(match -> match.edits <= Math.max(2, wanted.length() / 2))
        .min(Comparator.comparingInt(Match::edits).thenComparing(Match::name))
        .map(Match::name);
  }

  /** The only name that begins with what was written, such as an abbreviation. */
  private static Optional<String> beginningWith(String wanted, Collection<String> known) {
    List<String> longer =
        known.stream()
            .filter(name -> wanted.length() >= SHORTEST && plain(name).startsWith(wanted))
            .toList();
    return longer.size() == 1 ? Optional.of(longer.getFirst()) : Optional.empty();
  }

  /** The end of a message: the nearest name, or all of them where none is near. */
  public static String hint(String name, Collection<String> known) {
    return find(name, known)
        .map("did you mean '%s'?"::formatted)
        .orElseGet(() -> "there are " + String.join(", ", known.stream().sorted().toList()));
  }

  /** Spellings such as warmup_steps, warmup-steps and warmupSteps are the same for this. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
  }

  /** Levenshtein's distance, row by row. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int line = 1; line <= from.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column < row.length; column++) {
        int changed = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(changed, Math.min(row[column], row[column - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
