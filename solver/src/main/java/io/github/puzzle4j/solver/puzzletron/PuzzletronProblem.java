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
 * A run as a problem, with the data needed to write the answer as Puzzletron's {@code
 * solutions.json}.
 */
public final class PuzzletronProblem {

  private final Path run;
  private final SelectionProblem problem;
  private final String metric;
  private final Map<String, Choice> choices;
  private final Statistics statistics;
  private final Origin origin;

  /** Source of a candidate; costs are those of the block, without the prefix. */
  record Choice(Replacement replacement, double score, Map<String, Double> costs) {}

  /** Settings of the problem, for file names and messages. */
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
   * The problem. Costs and limits are those of the whole model: costs outside the layers are added
   * to the candidates of layer 0. An example of an id is {@code
   * L5/kv_heads_8+intermediate_8704@solution_12}.
   */
  public SelectionProblem problem() {
    return problem;
  }

  /** The optimised metric, without Puzzletron's prefix. */
  public String metric() {
    return metric;
  }

  /** Arguments of the statistics that costs are taken from. */
  public Map<String, String> statsArgs() throws InvalidProblemException {
    return StatisticsFile.texts(statistics.args());
  }

  /** Puzzletron's own result for the same settings, if the run has one. */
  public Optional<EarlierResult> earlier() {
    return origin.earlier();
  }

  /** Notes for users on omissions and assumptions, one line each. */
  public List<String> notes() {
    return origin.notes();
  }

  /**
   * Path for the answer: next to Puzzletron's results, in a folder whose name ends in {@code
   * -puzzle4j}.
   */
  public Path solutionsFile() {
    return SolutionsFile.place(run, generation(), origin, metric);
  }

  /**
   * Checks that the file does not exist or was written by this class.
   *
   * @throws InvalidProblemException otherwise
   */
  public static void requireReplaceable(Path file) throws IOException {
    SolutionsFile.requireReplaceable(file);
  }

  /**
   * Writes all selections of the answer, for Puzzletron's next stage. Replaces only files written
   * by this class.
   *
   * @param result an answer to {@link #problem}, or to one with the same candidates
   * @throws InvalidProblemException if another file is in the way
   * @throws IllegalArgumentException if it contains a candidate that the problem does not have
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
