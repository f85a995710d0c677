package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.insight.Nearest;
import io.github.puzzle4j.solver.insight.Reach;
import io.github.puzzle4j.solver.insight.Remedy;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What would have to give way, for machines. */
final class RemedyJson {

  private RemedyJson() {}

  static void write(Remedy remedy, ObjectNode answer) {
    ArrayNode reachable = answer.putArray("reachable");
    remedy.reachable().forEach(reach -> write(reach, reachable.addObject()));
    switch (remedy.nearest()) {
      case Nearest.Found found -> write(found, answer.putObject("nearest"));
      case Nearest.None none -> answer.putNull("nearest");
      case Nearest.Unknown unknown -> answer.putNull("nearest");
    }
  }

  private static void write(Reach reach, ObjectNode node) {
    write(reach.bound(), node);
    switch (reach) {
      case Reach.Best best -> {
        node.put("best", best.value());
        node.put("proven", best.proven());
      }
      case Reach.Nothing nothing -> {
        node.putNull("best");
        node.put("proven", true);
      }
      case Reach.Unknown unknown -> {
        node.putNull("best");
        node.put("proven", false);
      }
    }
  }

  private static void write(Nearest.Found found, ObjectNode node) {
    node.put("relaxation", found.relaxation());
    node.put("smallest", found.smallest());
    ObjectNode limits = node.putObject("limits");
    for (Bound bound : found.relaxed()) {
      limits.withObjectProperty(bound.cost()).put(side(bound), bound.value());
    }
    AnswerFile.write(found.selection(), node);
    node.put("best", found.best());
  }

  /** Puts {@code cost}, {@code side} and {@code bound} into an object. */
  static void write(Bound bound, ObjectNode node) {
    node.put("cost", bound.cost());
    node.put("side", side(bound));
    node.put("bound", bound.value());
  }

  private static String side(Bound bound) {
    return bound.side().name().toLowerCase(Locale.ROOT);
  }
}
