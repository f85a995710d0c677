package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.search.progress.StageTime;
import java.util.List;

/**
 * Everything that the report of a search shows.
 *
 * @param title what was searched, such as {@code quickstart}
 * @param facts where it comes from: command, date, version, machine, seeds
 * @param teacher the model that the search started from
 * @param targets one part per target, in the plan's order
 * @param scores replace-one-block scores of every layer and variant
 * @param distillation what distillation did to every variant
 * @param stages how long each stage took
 */
public record ReportData(
    String title,
    List<Fact> facts,
    Teacher teacher,
    List<TargetReport> targets,
    List<VariantScore> scores,
    List<DistilledVariant> distillation,
    List<StageTime> stages) {

  public ReportData {
    facts = List.copyOf(facts);
    targets = List.copyOf(targets);
    scores = List.copyOf(scores);
    distillation = List.copyOf(distillation);
    stages = List.copyOf(stages);
  }

  /** A line of provenance. */
  public record Fact(String name, String value) {}

  /**
   * The model that the search started from.
   *
   * @param name of its folder or as its model card has it
   * @param config its shape
   * @param parameters trainable numbers, embeddings included
   * @param kvBytesPerToken bytes that each token in context costs, all layers together
   */
  public record Teacher(String name, ModelConfig config, long parameters, long kvBytesPerToken) {}

  /**
   * The score of the teacher with one block replaced.
   *
   * @param layer counted from 0
   * @param variant id of the variant, of a subblock or of a whole block
   * @param score nats per token above the teacher
   */
  public record VariantScore(int layer, String variant, Estimate score) {}

  /**
   * A variant's distance from its teacher block: mean squared error, normalised by the teacher's
   * mean square.
   *
   * @param layer counted from 0
   * @param variant id of the variant
   * @param lossBefore with its initial weights
   * @param lossAfter after distillation; equal for what is not trained
   */
  public record DistilledVariant(int layer, String variant, double lossBefore, double lossAfter) {}
}
