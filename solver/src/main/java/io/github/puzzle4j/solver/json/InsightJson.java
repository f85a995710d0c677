package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.insight.Distribution;
import io.github.puzzle4j.solver.insight.Resampling;
import io.github.puzzle4j.solver.insight.Sensitivity;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the results of analyses as JSON. */
final class InsightJson {

  private InsightJson() {}

  static void write(Sensitivity sensitivity, ArrayNode limits) {
    for (Sensitivity.Marginal limit : sensitivity.limits()) {
      ObjectNode node = limits.addObject();
      RelaxationsJson.write(limit.bound(), node);
      node.put("slack", limit.slack());
      node.put("price", limit.price());
      node.put("step", limit.step());
      node.put("most_gain", limit.mostGain());
      node.put("gain", limit.gain());
      node.put("proven", limit.proven());
    }
  }

  static void write(Resampling resampling, ObjectNode node) {
    node.put("samples", resampling.samples());
    node.put("proven", resampling.proven());
    node.put("unbeaten", resampling.unbeaten());
    ObjectNode chosen = node.putObject("chosen");
    resampling.chosen().forEach(chosen::put);
    write(resampling.optimum(), node.putObject("optimum"));
    write(resampling.choice(), node.putObject("choice"));
    write(resampling.regret(), node.putObject("regret"));
  }

  private static void write(Distribution distribution, ObjectNode node) {
    node.put("mean", distribution.mean());
    node.put("standard_deviation", distribution.standardDeviation());
    node.put("min", distribution.min());
    node.put("p5", distribution.p5());
    node.put("p25", distribution.p25());
    node.put("median", distribution.median());
    node.put("p75", distribution.p75());
    node.put("p95", distribution.p95());
    node.put("max", distribution.max());
  }
}
