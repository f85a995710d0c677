package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as a problem, with what is needed to write the answer as the peer's {@code solutions.json}.
 */
public final class PuzzletronProblem {

  private final Path run;
  private final SelectionProblem problem;
  private final String metric;
  private final Map<String, Choice> choices;
  private final Statistics statistics;
  private final Origin origin;

  /** What stands behind a candidate; costs are the block's own, without the prefix. */
  record Choice(Replacement replacement, double score, Map<String, Double> costs) {}

  /** How the question was put, for names of files and for people. */
  record Origin(
      Map<String, Limit> limits,
      Map<String, String> distinction,
      Optional<EarlierResult> earlier,
      List<String> notes) {}

  PuzzletronProblem(
      Path run,
      SelectionProblem problem,
      String metric,
      Map<String, Choice> choices,
      Statistics statistics,
      Origin origin) {
    this.run = run;
    this.problem = problem;
    this.metric = metric;
    this.choices = choices;
    this.statistics = statistics;
    this.origin = origin;
  }

  /**
   * The problem. Costs and limits are those of the whole model: what is outside the layers is
   * counted with the candidates of layer 0. Candidates are named such as {@code
   * L5/kv_heads_8+intermediate_8704@solution_12}.
   */
  public SelectionProblem problem() {
    return problem;
  }

  /** The measure that is optimised, without the peer's prefix. */
  public String metric() {
    return metric;
  }

  /** The arguments of the statistics that costs come from. */
  public Map<String, String> statsArgs() throws InvalidProblemException {
    return StatisticsFile.texts(statistics.args());
  }

  /** The peer's earlier answer to this very question, if the run has one. */
  public Optional<EarlierResult> earlier() {
    return origin.earlier();
  }

  /** What a person should know: what was left out, and what was assumed. One line each. */
  public List<String> notes() {
    return origin.notes();
  }

  /**
   * Where the answer belongs: beside the peer's results, in a folder whose name ends in {@code
   * -puzzle4j}.
   */
  public Path solutionsFile() {
    return SolutionsFile.place(run, generation(), origin, metric);
  }

  /**
   * Checks that the file is free, or an earlier one of ours.
   *
   * @throws InvalidProblemException if something else is there
   */
  public static void requireReplaceable(Path file) throws IOException {
    SolutionsFile.requireReplaceable(file);
  }

  /**
   * Writes the answer, all its selections, for the peer's next stage. An earlier file of ours is
   * replaced, nothing else.
   *
   * @param result an answer to {@link #problem}, or to one with the same candidates
   * @throws InvalidProblemException if something else is there
   * @throws IllegalArgumentException if it chooses a candidate that the problem does not have
   */
  public void write(Path file, SolveResult.Solved result) throws IOException {
    SolutionsFile.requireReplaceable(file);
    AtomicText.write(file, new SolutionsFile(this).json(result));
  }

  Choice choice(String candidate) {
    Choice choice = choices.get(candidate);
    if (choice == null) {
      throw new IllegalArgumentException("no candidate '%s' in this run".formatted(candidate));
    }
    return choice;
  }

  Statistics statistics() {
    return statistics;
  }

  Map<String, Limit> limits() {
    return new LinkedHashMap<>(problem.limits());
  }

  Block.Generation generation() {
    return choices.values().iterator().next().replacement().block().generation();
  }
}
