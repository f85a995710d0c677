package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.truth.Accuracy;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.rounds.Calibration;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.run.TargetChoice;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Predictions against whole children that are measured. */
@Command(
    name = "calibrate",
    description =
        "Measure a random sample of the children within each budget, and compare predictions.",
    showDefaultValues = true)
public final class CalibrateCommand extends StageCommand {

  private static final int LEAST_CHILDREN = 8;

  @Option(
      names = "--children",
      defaultValue = "120",
      paramLabel = "N",
      description = "Children of each target; every other one is held out of the fit.")
  private int children;

  @Override
  Answer answer(Search search) throws CliException, IOException {
    if (children < LEAST_CHILDREN) {
      throw new CliException.UserMistake(
          "--children: must be at least %d, not %d".formatted(LEAST_CHILDREN, children));
    }
    search.distill();
    ScoreTable scores = search.score();
    ArrayNode targets = Json.mapper().createArrayNode();
    for (TargetChoice choice : search.choose(scores)) {
      Optional<Calibration> calibration = search.calibrate(choice, scores, children);
      calibration.ifPresent(one -> put(targets.addObject().put("target", choice.name()), one));
    }
    return Answer.success(
        Map.of("targets", targets),
        Template.table(
            targets,
            "target={target}",
            "held out={held_out}",
            "sum: correlation={sum.rank_correlation:%.3f}",
            "median error={sum.median_error:%.3f}",
            "measured/predicted={sum.median_measured_over_predicted:%.2f}",
            "model: correlation={model.rank_correlation:%.3f}",
            "median error={model.median_error:%.3f}"));
  }

  private static void put(ObjectNode node, Calibration calibration) {
    node.put("held_out", calibration.model().children());
    put(node.putObject("sum"), calibration.sum());
    put(node.putObject("model"), calibration.model());
    for (Calibration.Predicted one : calibration.measured()) {
      ObjectNode child = node.withArray("children").addObject();
      child.set("kl", Json.mapper().valueToTree(one.score().in(Metric.KL_DIVERGENCE)));
      child.set("loss", Json.mapper().valueToTree(one.loss()));
      child.put("sum", one.sum()).put("model", one.model()).put("fitted", one.fitted());
      one.score().child().replacements().forEach(r -> child.withArray("layers").add(r.variant()));
    }
  }

  private static void put(ObjectNode node, Accuracy accuracy) {
    node.put("rank_correlation", accuracy.rankCorrelation());
    node.put("median_error", accuracy.medianError());
    node.put("median_measured_over_predicted", accuracy.medianRatio());
  }
}
