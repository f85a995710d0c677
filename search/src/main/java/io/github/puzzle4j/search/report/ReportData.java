package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.search.progress.StageTime;
import java.util.List;

/**
 * The data of the report of a search, also for programs.
 *
 * @param schema version of the JSON form; this release reads and writes 8
 * @param title what was searched, such as {@code quickstart}
 * @param facts provenance: command, date, version, machine, seeds
 * @param teacher the model that the search started from
 * @param targets one part per target, in the plan's order
 * @param scoring how the scores came about
 * @param scores replace-one-block scores of every layer and variant
 * @param distillation losses of every variant before and after distillation
 * @param stages how long each stage took
 * @param estimated what its stages were estimated to take before; empty if they were not
 * @param commands that repeat the search
 * @param tasks numbers of computed and reused tasks
 */
public record ReportData(
    int schema,
    String title,
    List<Fact> facts,
    Teacher teacher,
    List<TargetReport> targets,
    ScoringReport scoring,
    List<VariantScore> scores,
    List<DistilledVariant> distillation,
    List<StageTime> stages,
    List<StageTime> estimated,
    List<TargetReport.Command> commands,
    TaskCounts tasks) {

  /** The version that this release reads and writes. */
  public static final int SCHEMA = 8;

  public ReportData {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException("schema %d is not %d".formatted(schema, SCHEMA));
    }
    facts = List.copyOf(facts);
    targets = List.copyOf(targets);
    scores = List.copyOf(scores);
    distillation = List.copyOf(distillation);
    stages = List.copyOf(stages);
    estimated = List.copyOf(estimated);
    commands = List.copyOf(commands);
  }

  /** A line of provenance. */
  public record Fact(String name, String value) {}

  /**
   * The model that the search started from.
   *
   * @param name of its folder or from its model card
   * @param parameters trainable numbers, embeddings included
   * @param layers decoder layers
   * @param hiddenSize width of the residual stream
   * @param queryHeads query heads of the first layer with attention; 0 without one
   * @param kvHeads the most key and value heads of a layer
   * @param ffnChannels the most FFN channels that a token passes through in a layer
   * @param kvBytesPerToken bytes of KV cache per token, all layers together
   * @param shape the layers, first to last
   */
  public record Teacher(
      String name,
      long parameters,
      int layers,
      int hiddenSize,
      int queryHeads,
      int kvHeads,
      int ffnChannels,
      long kvBytesPerToken,
      List<Layer> shape) {

    public Teacher {
      shape = List.copyOf(shape);
    }

    /** A teacher of this shape. */
    public static Teacher of(String name, Model model, long kvBytesPerToken) {
      return new Teacher(
          name,
          model.parameters(),
          model.layers().size(),
          model.hiddenSize(),
          model.firstSoftmax().map(SoftmaxAttention::heads).map(AttentionShape::heads).orElse(0),
          model.layers().stream()
              .flatMap(layer -> layer.attention().cache().stream())
              .mapToInt(KvCache::kvHeads)
              .max()
              .orElse(0),
          model.layers().stream().mapToInt(layer -> layer.ffn().channelsPerToken()).max().orElse(0),
          kvBytesPerToken,
          model.layers());
    }
  }

  /**
   * The score of the teacher with one block replaced.
   *
   * @param layer the first layer that is replaced, counted from 0
   * @param variant short name of the replacing layers
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
   * @param lossAfter after distillation; equal if it is not trained
   */
  public record DistilledVariant(int layer, String variant, double lossBefore, double lossAfter) {}
}
