package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.insight.Relaxations;
import io.github.puzzle4j.solver.insight.Resampling;
import io.github.puzzle4j.solver.insight.Sensitivity;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to a problem as JSON with the keys {@code status}, {@code objective}, {@code bound},
 * {@code gap}, {@code seconds}, {@code backend}, {@code solutions} and {@code conflict}, all always
 * present. Values that do not apply are null or empty lists; {@code conflict} lists the names of
 * the limits that cannot be met. The status is {@code UNDECIDED} if neither a selection nor a proof
 * of infeasibility was found.
 *
 * <p>Optional keys: {@code reachable} and {@code nearest}, {@code sensitivity}, {@code resampling},
 * {@code pessimism}.
 */
public final class AnswerFile {

  private final ObjectNode answer;

  private AnswerFile(ObjectNode answer) {
    this.answer = answer;
  }

  /** Writes the answer as one line of JSON. */
  public static String toJson(SolveResult result) {
    return of(result).toJson();
  }

  /** Creates an answer without optional keys. */
  public static AnswerFile of(SolveResult result) {
    ObjectNode answer = Json.object();
    write(result, answer);
    return new AnswerFile(answer);
  }

  /** Adds {@code reachable} and {@code nearest}. */
  public AnswerFile with(Relaxations remedy) {
    RelaxationsJson.write(remedy, answer);
    return this;
  }

  /** Adds {@code sensitivity}. */
  public AnswerFile with(Sensitivity sensitivity) {
    answer.set("sensitivity", Json.node(sensitivity.limits()));
    return this;
  }

  /** Adds {@code resampling}. */
  public AnswerFile with(Resampling resampling) {
    answer.set("resampling", Json.node(resampling));
    return this;
  }

  /**
   * Adds {@code pessimism}, for problems with pessimistic scores.
   *
   * @param standardErrors number of standard errors by which each score was worsened
   * @param expected objective of each selection with the original scores
   */
  public AnswerFile withPessimism(double standardErrors, List<Double> expected) {
    ObjectNode pessimism = answer.putObject("pessimism");
    pessimism.put("standard_errors", standardErrors);
    expected.forEach(pessimism.putArray("expected")::add);
    return this;
  }

  /** Writes all keys as one line of JSON. */
  public String toJson() {
    return answer.toString();
  }

  /** Adds the keys of an answer to an object. */
  static void write(SolveResult result, ObjectNode answer) {
    switch (result) {
      case SolveResult.Solved solved -> {
        answer.put("status", solved.proven() ? "OPTIMAL" : "FEASIBLE");
        answer.put("objective", solved.objective());
        answer.put("bound", solved.bound());
        answer.put("gap", solved.gap());
        finish(answer, result, solved.selections(), List.of());
      }
      case SolveResult.Infeasible(Conflict conflict, var effort) -> {
        withoutObjective(answer, "INFEASIBLE");
        finish(answer, result, List.of(), conflict.limits());
      }
      case SolveResult.Undecided undecided -> {
        withoutObjective(answer, "UNDECIDED");
        finish(answer, result, List.of(), List.of());
      }
    }
  }

  private static void withoutObjective(ObjectNode answer, String status) {
    answer.put("status", status);
    List.of("objective", "bound", "gap").forEach(answer::putNull);
  }

  private static void finish(
      ObjectNode answer, SolveResult result, List<Selection> selections, List<String> limits) {
    answer.put("seconds", result.effort().elapsed().toNanos() / 1e9);
    answer.put("backend", result.effort().backend());
    ArrayNode solutions = answer.putArray("solutions");
    selections.forEach(selection -> write(selection, solutions.addObject()));
    ArrayNode conflict = answer.putArray("conflict");
    limits.forEach(conflict::add);
  }

  /**
   * Adds {@code objective}, {@code chosen}, {@code costs} and, if some apply, {@code pairs} to an
   * object.
   */
  static void write(Selection selection, ObjectNode solution) {
    solution.put("objective", selection.objective());
    ArrayNode chosen = solution.putArray("chosen");
    selection.chosen().stream().map(Candidate::id).forEach(chosen::add);
    ObjectNode costs = solution.putObject("costs");
    selection.costs().forEach(costs::put);
    if (!selection.pairs().isEmpty()) {
      ArrayNode pairs = solution.putArray("pairs");
      selection.pairs().forEach(pair -> ProblemFile.write(pair, pairs.addObject()));
    }
  }
}
