package io.github.puzzle4j.search.sweep;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.report.SweepFrontier;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.run.ResultsJson;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The results of a sweep as JSON: those of each point as a search gives them, and the frontier. */
public final class SweepJson {

  private static final int SCHEMA = 1;

  private SweepJson() {}

  /** One JSON object. */
  public static ObjectNode of(SweepReport sweep) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("schema", SCHEMA);
    sweep.axes().forEach(axis -> root.withArray("axes").add(axis.keys()));
    ArrayNode points = root.putArray("points");
    sweep.points().forEach(point -> point(points.addObject(), sweep, point));
    ArrayNode frontier = root.putArray("frontier");
    SweepFrontier.of(sweep).stream()
        .filter(SweepFrontier.Entry::best)
        .forEach(entry ->
            frontier
                .addObject()
                .put("point", entry.point().name())
                .put("target", entry.report().target())
                .put("model", entry.child().kind().label()));
    return root;
  }

  private static void point(ObjectNode node, SweepReport sweep, SweepReport.Point point) {
    node.put("name", point.name());
    ObjectNode values = node.putObject("values");
    for (int i = 0; i < sweep.axes().size(); i++) {
      values.put(sweep.axes().get(i).keys(), point.values().get(i));
    }
    node.put("status", point.status().name().toLowerCase(Locale.ROOT));
    if (!point.reason().isEmpty()) {
      node.put("reason", point.reason());
    }
    point
        .results()
        .ifPresent(results -> {
          ResultsJson.targets(node, results.targets(), results.scoring());
          ResultsJson.work(node, results.scoring(), results.stages(), results.tasks());
        });
  }
}
