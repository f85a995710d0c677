package io.github.puzzle4j.solver.insight;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Candidates that could still be part of the best selection of at least one of several problems,
 * given the standard errors of the scores. What is not open needs no further measurement.
 *
 * <p>Let B be the best selection of a problem by the scores as they are, and S another one within
 * the limits. The errors of scores are independent, and what both have in common cancels in their
 * difference; its variance V(S, B) is therefore the sum of the squared standard errors of the
 * candidates in which the two differ. S is excluded at z standard errors if its objective is worse
 * than that of B by at least z sqrt(V(S, B)). A candidate is open in a problem if B contains it, or
 * if some S that is not excluded does. Pair terms count as exact.
 *
 * @param open ids, in the order of the candidates of the first problem that has them
 * @param undecided those of the open ones of which it was not found in time whether they are
 * @param best the answer of each problem, in the order of the problems
 */
public record OpenCandidates(List<String> open, List<String> undecided, List<SolveResult> best) {

  public OpenCandidates {
    open = List.copyOf(open);
    undecided = List.copyOf(undecided);
    best = List.copyOf(best);
  }

  /**
   * Finds the open candidates: bounds close most of the others, exchanges of one or two candidates
   * show that most are open, and problems are solved for what is left.
   *
   * @param problems for example with the limits of different budgets; those without a selection
   *     within the limits have no open candidates
   * @param standardErrors z, at least 0
   * @param each options for each problem to be solved
   * @param total time for all of them; what is not decided then is open
   */
  public static OpenCandidates of(
      List<SelectionProblem> problems, double standardErrors, SolveOptions each, Duration total) {
    if (!(standardErrors >= 0)) {
      throw new IllegalArgumentException(
          "standard errors must be 0 or more, found " + standardErrors);
    }
    TimedSession session = TimedSession.start(each, total);
    List<SolveResult> best = new ArrayList<>();
    List<OpenSearch> searches = new ArrayList<>();
    Set<String> open = new LinkedHashSet<>();
    Set<String> undecided = new LinkedHashSet<>();
    for (SelectionProblem problem : problems) {
      SelectionProblem single = problem.single();
      SolveResult result = session.solve(single);
      best.add(result);
      switch (result) {
        case SolveResult.Solved solved ->
            searches.add(new OpenSearch(single, solved.selection(), standardErrors));
        case SolveResult.Infeasible infeasible -> {}
        case SolveResult.Undecided unknown ->
            single.candidates().forEach(candidate -> undecided.add(candidate.id()));
      }
    }
    // A candidate is decided by the first problem in which it is open, so the quick ways come
    // first.
    searches.forEach(search -> open.addAll(search.byExchange(open)));
    for (OpenSearch search : searches) {
      List<String> left = session.isOver() ? search.ids() : search.byBounds(open);
      search.solve(left, open, undecided, session);
    }
    undecided.removeAll(open);
    open.addAll(undecided);
    return new OpenCandidates(ordered(problems, open), ordered(problems, undecided), best);
  }

  private static List<String> ordered(List<SelectionProblem> problems, Set<String> ids) {
    Set<String> ordered = new LinkedHashSet<>();
    for (SelectionProblem problem : problems) {
      for (Candidate candidate : problem.candidates()) {
        if (ids.contains(candidate.id())) {
          ordered.add(candidate.id());
        }
      }
    }
    return List.copyOf(ordered);
  }

  /**
   * How stable the best selections are: by place of the problem, the share of samples of its scores
   * in which no selection is better, see {@link Resampling}; 0 if no sample was solved. Problems
   * without a selection are left out.
   *
   * @param samples for each problem
   * @param total time for all of them
   */
  public Map<Integer, Double> stability(
      List<SelectionProblem> problems, int samples, long seed, SolveOptions each, Duration total) {
    Map<Integer, Double> shares = new LinkedHashMap<>();
    long start = System.nanoTime();
    for (int place = 0; place < problems.size(); place++) {
      if (best.get(place) instanceof SolveResult.Solved solved) {
        Duration left = total.minusNanos(System.nanoTime() - start);
        Optional<Resampling> resampled =
            Resampling.of(
                problems.get(place),
                solved.selection().in(problems.get(place)),
                samples,
                seed,
                each,
                left.dividedBy(problems.size() - place));
        shares.put(place, resampled.map(Resampling::unbeaten).orElse(0.0));
      }
    }
    return shares;
  }
}
