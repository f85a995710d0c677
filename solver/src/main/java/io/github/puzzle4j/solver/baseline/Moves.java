package io.github.puzzle4j.solver.baseline;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Random changes of selections, and how near they are to the limits. */
final class Moves {

  private static final int SHORTEST_LONGEST_RUN = 3;

  /** Number of changes that are tried for each that is made to come back to the limits. */
  private static final int TRIES = 40;

  private static final int MAX_SWITCHES = 3;

  private static final int MAX_CHANGES = 12;

  private final SelectionProblem problem;
  private final RandomGenerator random;
  private final List<Candidate> available;
  private final Tilings tilings;
  private final List<Bound> bounds;
  private final int longestRun;

  Moves(SelectionProblem problem, RandomGenerator random) {
    this.problem = problem;
    this.random = random;
    this.available = problem.available();
    this.tilings = new Tilings(problem.layers(), available);
    this.bounds = problem.bounds();
    // Long enough to insert or remove any candidate.
    this.longestRun =
        available.stream()
            .mapToInt(candidate -> candidate.layers().size())
            .reduce(SHORTEST_LONGEST_RUN, Math::max);
  }

  Tilings tilings() {
    return tilings;
  }

  /**
   * Redraws one run of layers. The run is chosen independently of the selection, and nothing
   * changes if its ends split a candidate; both are needed for symmetric steps.
   */
  List<Candidate> redrawn(List<Candidate> selection) {
    int first = random.nextInt(problem.layers());
    int end = Math.min(problem.layers(), first + 1 + random.nextInt(longestRun));
    List<Candidate> changed = new ArrayList<>();
    boolean drawn = false;
    for (Candidate candidate : selection) {
      if (candidate.endLayer() <= first || candidate.firstLayer() >= end) {
        changed.add(candidate);
      } else if (candidate.firstLayer() < first || candidate.endLayer() > end) {
        return selection;
      } else if (!drawn) {
        changed.addAll(tilings.draw(first, end, random));
        drawn = true;
      }
    }
    return changed;
  }

  /**
   * Puts a random candidate in the place of those on its layers. Layers of theirs that it does not
   * cover are redrawn; nothing changes if they cannot be covered.
   */
  List<Candidate> switched(List<Candidate> selection) {
    Candidate inserted = available.get(random.nextInt(available.size()));
    int first = inserted.firstLayer();
    int end = inserted.endLayer();
    List<Candidate> before = new ArrayList<>();
    List<Candidate> after = new ArrayList<>();
    for (Candidate candidate : selection) {
      if (candidate.endLayer() <= inserted.firstLayer()) {
        before.add(candidate);
      } else if (candidate.firstLayer() >= inserted.endLayer()) {
        after.add(candidate);
      } else {
        first = Math.min(first, candidate.firstLayer());
        end = Math.max(end, candidate.endLayer());
      }
    }
    if (!tilings.exist(first, inserted.firstLayer()) || !tilings.exist(inserted.endLayer(), end)) {
      return selection;
    }
    List<Candidate> changed = new ArrayList<>(before);
    changed.addAll(tilings.draw(first, inserted.firstLayer(), random));
    changed.add(inserted);
    changed.addAll(tilings.draw(inserted.endLayer(), end, random));
    changed.addAll(after);
    return changed;
  }

  /**
   * Switches a few candidates, and then others to make up for what that costs or frees, so that the
   * result keeps the limits about as tightly as the selection.
   *
   * @return a selection within the limits, or the given one if none was found
   */
  List<Candidate> mutated(List<Candidate> selection) {
    double wanted = slack(selection);
    List<Candidate> here = selection;
    // Few switches are most frequent, as in EvoPress.
    int one = 1 + random.nextInt(MAX_SWITCHES);
    int switches = Math.min(one, 1 + random.nextInt(MAX_SWITCHES));
    for (int number = 0; number < switches; number++) {
      here = switched(here);
    }
    Set<Candidate> kept = new HashSet<>(here);
    selection.forEach(kept::remove);
    for (int change = 0; change < MAX_CHANGES; change++) {
      double slack = slack(here);
      boolean within = keepsLimits(here);
      if (within && slack <= wanted) {
        break;
      }
      List<Candidate> next = within ? tighter(here, kept, slack) : looser(here, kept, slack);
      if (next.equals(here)) {
        break;
      }
      here = next;
    }
    return keepsLimits(here) ? here : selection;
  }

  /** A change that leaves less room but keeps the limits; the same selection if none was found. */
  private List<Candidate> tighter(List<Candidate> here, Set<Candidate> kept, double slack) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      List<Candidate> there = switched(here);
      if (there.containsAll(kept) && slack(there) < slack && keepsLimits(there)) {
        return there;
      }
    }
    return here;
  }

  /** A change that keeps the limits, or the one of several that violates them least. */
  private List<Candidate> looser(List<Candidate> here, Set<Candidate> kept, double slack) {
    List<Candidate> best = here;
    double most = slack;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      List<Candidate> there = switched(here);
      if (there.containsAll(kept)) {
        if (keepsLimits(there)) {
          return there;
        }
        if (slack(there) > most) {
          most = slack(there);
          best = there;
        }
      }
    }
    return best;
  }

  /**
   * The least distance from a bound, relative to the bound; below 0 for a selection that violates
   * one. Without limits it is 0.
   */
  private double slack(List<Candidate> selection) {
    double least = bounds.isEmpty() ? 0 : Double.POSITIVE_INFINITY;
    for (Bound bound : bounds) {
      double sum = selection.stream().mapToDouble(c -> c.cost(bound.cost())).sum();
      double size = Math.max(Math.abs(bound.value()), Double.MIN_NORMAL);
      least = Math.min(least, bound.sign() * (bound.value() - sum) / size);
    }
    return least;
  }

  /** Sums in doubles decide clear cases; exact sums decide the rest. */
  boolean keepsLimits(List<Candidate> selection) {
    for (Bound bound : bounds) {
      double sum = 0;
      double size = Math.abs(bound.value());
      for (Candidate candidate : selection) {
        sum += candidate.cost(bound.cost());
        size += Math.abs(candidate.cost(bound.cost()));
      }
      double over = bound.side() == Bound.Side.MAX ? sum - bound.value() : bound.value() - sum;
      if (over > 1e-9 * size) {
        return false;
      }
    }
    return problem.broken(selection).isEmpty();
  }
}
