package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.PositionMetric;
import io.github.puzzle4j.blocklib.train.Predictions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is measured of a model's predictions: a mean over predicted tokens. This is the one place
 * where a metric is added; plans, stored results and reports know it by what is said here.
 *
 * <p>In the formulas, {@code p} are the teacher's probabilities of the tokens of the vocabulary at
 * one position, {@code q} the model's, {@code h} and {@code g} the hidden states of teacher and
 * model after the last layer and before the final norm, and {@code y} is the token that follows in
 * the text. Logarithms are natural. A token is ranked as greedy decoding would: behind all likelier
 * ones, and behind equally likely ones of smaller id.
 */
public enum Metric implements PositionMetric {
  /** {@code sum p log(p / q)} (Kullback and Leibler, 1951), nats per token. */
  KL_DIVERGENCE("kl", "KL", "nats", Direction.LOWER, OptionalDouble.of(0)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return divergence(model, teacher);
    }
  },
  /**
   * {@code sum q log(q / p)}, nats per token: what a student that samples by itself is trained on
   * (Gu et al., MiniLLM, arXiv 2306.08543, section 2).
   */
  REVERSE_KL("reverse_kl", "reverse KL", "nats", Direction.LOWER, OptionalDouble.of(0)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return divergence(teacher, model);
    }
  },
  /**
   * Jensen-Shannon divergence {@code 1/2 sum p log(p / m) + 1/2 sum q log(q / m)} with {@code m =
   * (p + q) / 2} (Lin, 1991, doi 10.1109/18.61115), nats per token; log 2 at most.
   */
  JENSEN_SHANNON("js", "JS", "nats", Direction.LOWER, OptionalDouble.of(0)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      DeviceTensor middle = model.probabilities().add(teacher.probabilities()).mul(0.5f);
      // A token that neither model expects has no logarithm, and adds nothing.
      DeviceTensor entropy = middle.mul(middle.add(Float.MIN_NORMAL).log()).sum(2);
      return model.negativeEntropy().add(teacher.negativeEntropy()).mul(0.5f).sub(entropy);
    }
  },
  /** {@code 1/2 sum |p - q|}, from 0 to 1. */
  TOTAL_VARIATION("tv", "total variation", "share", Direction.LOWER, OptionalDouble.of(0)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return model.probabilities().sub(teacher.probabilities()).abs().sum(2).mul(0.5f);
    }
  },
  /** {@code -log q(y)}, nats per token. The teacher's own has to be measured. */
  LM_LOSS("lm_loss", "LM loss", "nats", Direction.LOWER, OptionalDouble.empty()) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return model.targetLogProbability().neg();
    }
  },
  /** Share of positions where {@code y} is the likeliest token. */
  TOP1("top1", "top-1 accuracy", "share", Direction.HIGHER, OptionalDouble.empty()) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return isBelow(model.targetRank(), 1);
    }
  },
  /** Share of positions where {@code y} is among the five likeliest tokens. */
  TOP5("top5", "top-5 accuracy", "share", Direction.HIGHER, OptionalDouble.empty()) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return isBelow(model.targetRank(), 5);
    }
  },
  /** Share of positions where {@code y} is among the ten likeliest tokens. */
  TOP10("top10", "top-10 accuracy", "share", Direction.HIGHER, OptionalDouble.empty()) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return isBelow(model.targetRank(), 10);
    }
  },
  /** Share of positions where model and teacher have the same likeliest token. */
  AGREEMENT("agreement", "agreement", "share", Direction.HIGHER, OptionalDouble.of(1)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      return isBelow(model.rank(teacher.greedy()), 1);
    }
  },
  /** Cosine similarity {@code g h / (|g| |h|)} of hidden states. */
  COSINE("cosine", "cosine similarity", "ratio", Direction.HIGHER, OptionalDouble.of(1)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      DeviceTensor own = model.hidden();
      DeviceTensor other = teacher.hidden();
      DeviceTensor lengths = squares(own).sqrt().mul(squares(other).sqrt()).add(Float.MIN_NORMAL);
      return own.mul(other).sum(2).div(lengths);
    }
  },
  /**
   * Normalised square error {@code |g - h|² / |h|²} of hidden states, of each token apart: a mean
   * over tokens of which a few have huge states would see nothing else (Sun et al., Massive
   * Activations in Large Language Models, arXiv 2402.17762).
   */
  NMSE("nmse", "NMSE", "ratio", Direction.LOWER, OptionalDouble.of(0)) {
    @Override
    public DeviceTensor of(Predictions model, Predictions teacher) {
      DeviceTensor size = squares(teacher.hidden()).add(Float.MIN_NORMAL);
      return squares(model.hidden().sub(teacher.hidden())).div(size);
    }
  };

  /** Measured in any case, since they take next to no time beside each other. */
  static final List<Metric> ALWAYS = List.of(KL_DIVERGENCE, LM_LOSS);

  /** Which values are better. */
  public enum Direction {
    /** Losses and distances. */
    LOWER(1, 0),
    /** Accuracies and agreements. */
    HIGHER(-1, 1);

    private final int sign;
    private final double best;

    Direction(int sign, double best) {
      this.sign = sign;
      this.best = best;
    }

    /** The best value that any model can have. */
    double best() {
      return best;
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

  @Override
  public boolean readsLogits() {
    return this == TOP1 || this == TOP5 || this == TOP10 || this == AGREEMENT;
  }

  /** Whether it compares hidden states, which must have the same size for that. */
  public boolean readsHiddenStates() {
    return this == COSINE || this == NMSE;
  }

  private static DeviceTensor divergence(Predictions one, Predictions from) {
    return from.negativeEntropy().sub(from.probabilities().mul(one.logProbabilities()).sum(2));
  }

  private static DeviceTensor isBelow(DeviceTensor rank, int count) {
    return rank.lessThan(rank.memory().scalar(count)).cast(TensorType.F32);
  }

  private static DeviceTensor squares(DeviceTensor states) {
    return states.square().sum(2);
  }

  /** The metric of this name, if there is one. */
  public static Optional<Metric> named(String id) {
    return Arrays.stream(values()).filter(metric -> metric.id.equals(id)).findFirst();
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

  /**
   * The value of the teacher itself, where it is known without measuring. Such a metric compares a
   * model with its teacher; others are of the model alone.
   */
  public OptionalDouble teacherValue() {
    return teacherValue;
  }
}
