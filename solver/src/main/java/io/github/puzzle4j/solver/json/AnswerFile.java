package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Conflict;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SolveResult;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to a problem as JSON: {@code status}, {@code objective}, {@code bound}, {@code gap},
 * {@code seconds}, {@code backend}, {@code solutions} and {@code conflict}, all always there. The
 * numbers are null and the lists empty where they have no meaning; {@code conflict} lists the names
 * of the limits that cannot be met. The status of a result that is neither a selection nor a proof
 * of infeasibility is {@code UNDECIDED}.
 */
public final class AnswerFile {

  private AnswerFile() {}

  /** The answer as one line of JSON. */
  public static String toJson(SolveResult result) {
    ObjectNode answer = Json.mapper().createObjectNode();
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
    return answer.toString();
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
    for (Selection selection : selections) {
      ObjectNode solution = solutions.addObject();
      solution.put("objective", selection.objective());
      ArrayNode chosen = solution.putArray("chosen");
      selection.chosen().stream().map(Candidate::id).forEach(chosen::add);
      ObjectNode costs = solution.putObject("costs");
      selection.costs().forEach(costs::put);
    }
    ArrayNode conflict = answer.putArray("conflict");
    limits.forEach(conflict::add);
  }
}
