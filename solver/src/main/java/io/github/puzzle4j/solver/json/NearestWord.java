package io.github.puzzle4j.solver.json;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Suggests a word for a misspelt one. */
final class NearestWord {

  private static final int MAX_LENGTH = 64;

  private NearestWord() {}

  /** The word with the smallest edit distance, if that is at most two. */
  static Optional<String> to(String word, List<String> words) {
    return word.length() > MAX_LENGTH
        ? Optional.empty()
        : words.stream()
            .filter(candidate -> edits(word, candidate) <= 2)
            .min(Comparator.comparingInt(candidate -> edits(word, candidate)));
  }

  /** Levenshtein distance. */
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
