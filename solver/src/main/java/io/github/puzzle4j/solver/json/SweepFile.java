package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.sweep.Frontier;
import io.github.puzzle4j.solver.sweep.FrontierPoint;
import io.github.puzzle4j.solver.sweep.Ladder;
import java.time.Duration;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answers to several problems as JSON, each with the keys of an {@link AnswerFile}. */
public final class SweepFile {

  private static final double NANOS = 1e9;

  private SweepFile() {}

  /**
   * Writes a frontier as one line of JSON: {@code axes}, {@code complete}, {@code explanation},
   * {@code seconds} and {@code points}, each an answer with {@code budgets} and {@code pareto}.
   */
  public static String toJson(Frontier frontier) {
    ObjectNode node = Json.object();
    node.set("axes", Json.node(frontier.axes()));
    node.put("complete", frontier.complete());
    node.put("explanation", frontier.explanation());
    node.put("seconds", seconds(frontier.elapsed()));
    ArrayNode points = node.putArray("points");
    frontier.points().forEach(point -> write(point, points.addObject()));
    return node.toString();
  }

  private static void write(FrontierPoint point, ObjectNode node) {
    ObjectNode budgets = node.putObject("budgets");
    point.budgets().forEach(budgets::put);
    node.put("pareto", point.paretoOptimal());
    AnswerFile.write(point.result(), node);
  }

  /**
   * Writes a ladder as one line of JSON: {@code best} (a label, or null), {@code proven}, {@code
   * seconds} and {@code rungs}, each an answer with its {@code label}.
   */
  public static String toJson(Ladder ladder) {
    ObjectNode node = Json.object();
    ladder
        .best()
        .ifPresentOrElse(best -> node.put("best", best.rung().label()), () -> node.putNull("best"));
    node.put("proven", ladder.proven());
    node.put("seconds", seconds(ladder.elapsed()));
    ArrayNode rungs = node.putArray("rungs");
    for (Ladder.Step step : ladder.steps()) {
      ObjectNode rung = rungs.addObject();
      rung.put("label", step.rung().label());
      AnswerFile.write(step.result(), rung);
    }
    return node.toString();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }
}
