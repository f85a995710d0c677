package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.train.LossCurve;
import java.util.List;

/**
 * The losses of the trainings of a search, those of its children as far as they are trained.
 * Trainings of earlier releases have none.
 *
 * @param schema version of the JSON form; this release reads and writes 1
 * @param library trainings of the block library, with losses in normalised MSE
 * @param children trainings of the children of targets
 */
public record TrainingLosses(int schema, List<Curve> library, List<OfChild> children) {

  /** The version that this release reads and writes. */
  public static final int SCHEMA = 1;

  public TrainingLosses {
    if (schema != SCHEMA) {
      throw new IllegalArgumentException("schema %d is not %d".formatted(schema, SCHEMA));
    }
    library = List.copyOf(library);
    children = List.copyOf(children);
  }

  /**
   * A training.
   *
   * @param layer the first that is replaced, counted from 0; -1 for a whole model
   * @param variant what is trained: as in {@link ReportData.DistilledVariant}, {@code elastic} for
   *     several that share weights, empty for a whole model
   * @param tokensPerStep tokens of text in each step
   * @param losses of its steps
   */
  public record Curve(int layer, String variant, long tokensPerStep, LossCurve losses) {}

  /**
   * A training of a child.
   *
   * @param target its place in the report, counted from 0
   * @param model such as {@code child}
   * @param stage {@code adapt}, with losses in normalised MSE, or {@code uptrain}, with the plan's
   *     loss
   */
  public record OfChild(int target, String model, String stage, Curve curve) {}
}
