package io.github.puzzle4j.search.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what a user most likely meant by a name that does not exist. */
public final class NearestName {

  private NearestName() {}

  /** The known name that is nearest, where one is near enough to be a likely misspelling. */
  public static Optional<String> find(String name, Collection<String> known) {
    String wanted = plain(name);
    int farthest = Math.max(2, wanted.length() / 2);
    LevenshteinDistance distance = new LevenshteinDistance(farthest);
    record Match(String name, int distance) {}
    return known.stream()
        .map(candidate -> new Match(candidate, distance.apply(wanted, plain(candidate))))
        .filter(match -> match.distance >= 0)
        .min(Comparator.comparingInt(Match::distance).thenComparing(Match::name))
        .map(Match::name);
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
}
