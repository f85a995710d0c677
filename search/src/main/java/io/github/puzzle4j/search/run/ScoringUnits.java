package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.search.plan.Granularity;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The replacements that are measured: all of them, or those from which the scores of the others are
 * sums.
 */
final class ScoringUnits {

  private final SearchSpace space;
  private final List<Replacement> all;
  private final Map<Replacement, List<Replacement>> halves = new LinkedHashMap<>();

  /**
   * The units of some replacements.
   *
   * @param all replacements that are to have a score
   * @param library with their weights
   */
  ScoringUnits(
      SearchSpace space, List<Replacement> all, BlockLibrary library, Granularity granularity)
      throws IOException {
    this.space = space;
    this.all = List.copyOf(all);
    if (granularity != Granularity.BLOCK) {
      for (Replacement one : all) {
        if (one.span().length() == 1 && changesBoth(one) && library.isComposed(one)) {
          halves.put(one, halves(one));
        }
      }
    }
  }

  private boolean changesBoth(Replacement one) {
    Layer instead = one.instead().getFirst();
    Layer teachers = space.layer(one.span().first()).own();
    return !instead.attention().equals(teachers.attention())
        && !instead.ffn().equals(teachers.ffn());
  }

  private List<Replacement> halves(Replacement pair) {
    int layer = pair.span().first();
    Layer instead = pair.instead().getFirst();
    Layer teachers = space.layer(layer).own();
    return List.of(
        Replacement.of(layer, teachers.with(instead.attention())),
        Replacement.of(layer, teachers.with(instead.ffn())));
  }

  /** All replacements whose score is no sum. */
  Set<Replacement> units() {
    Set<Replacement> units = new LinkedHashSet<>(all);
    units.removeAll(halves.keySet());
    return units;
  }

  /** Whether a score can be the sum of its halves'. */
  boolean isPair(Replacement one) {
    return halves.containsKey(one);
  }

  /** What a replacement's score is the sum of; itself if it is none. */
  List<Replacement> of(Replacement one) {
    return halves.getOrDefault(one, List.of(one));
  }

  /** What the scores of these come from, and the teacher's own layers beside them. */
  Set<Replacement> from(Collection<Replacement> scored) {
    Set<Replacement> from = new LinkedHashSet<>();
    for (Replacement one : scored) {
      from.add(own(one));
      from.addAll(of(one));
    }
    return from;
  }

  /** The teacher's own layer in the place of a replacement. */
  Replacement own(Replacement one) {
    int first = one.span().first();
    return Replacement.of(first, space.layer(first).own());
  }
}
