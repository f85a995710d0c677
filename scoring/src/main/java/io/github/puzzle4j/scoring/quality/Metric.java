package io.github.puzzle4j.scoring.quality;

import java.util.OptionalDouble;

/**
 * What is measured of a model's predictions, a mean over predicted tokens. A metric is added here,
 * and in {@link PredictionMetrics}, where its value for each token comes from.
 */
public enum Metric {
  /** KL divergence of the output distribution from the teacher's, nats per token. */
  KL_DIVERGENCE("kl", "KL", "nats", Direction.LOWER, OptionalDouble.of(0)),
  /** Loss on the tokens of the corpus, nats per token. */
  LM_LOSS("lm_loss", "LM loss", "nats", Direction.LOWER, OptionalDouble.empty());

  /** Which values are better. */
  public enum Direction {
    /** Losses and distances. */
    LOWER(1),
    /** Accuracies and agreements. */
    HIGHER(-1);

    private final int sign;

    Direction(int sign) {
      this.sign = sign;
    }

    /** The factor by which values become losses. */
    int sign() {
      return sign;
    }
  }

  private final String id;
  private final String label;
  private final String unit;
  private final Direction direction;
  private final OptionalDouble teacherValue;

  Metric(String id, String label, String unit, Direction direction, OptionalDouble teacherValue) {
    this.id = id;
    this.label = label;
    this.unit = unit;
    this.direction = direction;
    this.teacherValue = teacherValue;
  }

  /** The name in plans and results, such as {@code lm_loss}. */
  public String id() {
    return id;
  }

  /** The name in reports, such as {@code LM loss}. */
  public String label() {
    return label;
  }

  /** The unit of its values, such as {@code nats}. */
  public String unit() {
    return unit;
  }

  /** Which values are better. */
  public Direction direction() {
    return direction;
  }

  /** The value of the teacher itself, where it is known without measuring. */
  public OptionalDouble teacherValue() {
    return teacherValue;
  }
}
