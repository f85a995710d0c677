package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.search.progress.StageTime;
import java.util.List;

/**
 * Everything that the report of a search shows, and all of it that a program may want to read.
 *
 * @param schema version of the JSON form; this release reads and writes 1
 * @param title what was searched, such as {@code quickstart}
 * @param facts where it comes from: command, date, version, machine, seeds
 * @param teacher the model that the search started from
 * @param targets one part per target, in the plan's order
 * @param scores replace-one-block scores of every layer and variant
 * @param distillation what distillation did to every variant
 * @param stages how long each stage took
 */
public record ReportData(
    int schema,
    String title,
    List<Fact> facts,
    Teacher teacher,
    List<TargetReport> targets,
    List<VariantScore> scores,
    List<DistilledVariant> distillation,
    List<StageTime> stages) {

  /** The version that this release reads and writes. */
  public static final int SCHEMA = 1;

  public ReportData {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException("schema %d is not %d".formatted(schema, SCHEMA));
    }
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
   * @param parameters trainable numbers, embeddings included
   * @param layers decoder layers
   * @param hiddenSize width of the residual stream
   * @param queryHeads query heads of a layer
   * @param kvHeads key and value heads of a layer
   * @param ffnChannels channels of a layer's FFN
   * @param kvBytesPerToken bytes that each token in context costs, all layers together
   */
  public record Teacher(
      String name,
      long parameters,
      int layers,
      int hiddenSize,
      int queryHeads,
      int kvHeads,
      int ffnChannels,
      long kvBytesPerToken) {

    /** A teacher of this shape. */
    public static Teacher of(String name, ModelConfig config, long kvBytesPerToken) {
      return new Teacher(
          name,
          Architecture.teacher(config).parameters(),
          config.layers(),
          config.hiddenSize(),
          config.attention().heads(),
          config.attention().kvHeads(),
          config.intermediateSize(),
          kvBytesPerToken);
    }
  }

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
