package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.insight.NearestLimits;
import io.github.puzzle4j.solver.insight.Reachable;
import io.github.puzzle4j.solver.insight.Relaxations;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes relaxations as JSON. */
final class RelaxationsJson {

  private RelaxationsJson() {}

  static void write(Relaxations remedy, ObjectNode answer) {
    ArrayNode reachable = answer.putArray("reachable");
    remedy.reachable().forEach(reach -> write(reach, reachable.addObject()));
    switch (remedy.nearest()) {
      case NearestLimits.Found found -> write(found, answer.putObject("nearest"));
      case NearestLimits.None none -> answer.putNull("nearest");
      case NearestLimits.Unknown unknown -> answer.putNull("nearest");
    }
  }

  private static void write(Reachable reach, ObjectNode node) {
    node.setAll((ObjectNode) Json.node(reach.bound()));
    switch (reach) {
      case Reachable.Best best -> {
        node.put("best", best.value());
        node.put("proven", best.proven());
      }
      case Reachable.Infeasible nothing -> {
        node.putNull("best");
        node.put("proven", true);
      }
      case Reachable.Unknown unknown -> {
        node.putNull("best");
        node.put("proven", false);
      }
    }
  }

  private static void write(NearestLimits.Found found, ObjectNode node) {
    node.put("relaxation", found.relaxation());
    node.put("at_least", found.atLeast());
    node.put("smallest", found.smallest());
    ObjectNode limits = node.putObject("limits");
    for (Bound bound : found.relaxed()) {
      limits.withObjectProperty(bound.cost()).put(side(bound), bound.value());
    }
    AnswerFile.write(found.selection(), node);
    node.put("best", found.best());
  }

  private static String side(Bound bound) {
    return bound.side().name().toLowerCase(Locale.ROOT);
  }
}
