package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A model's predictions at some consecutive positions of a batch. What metrics need of them is
 * computed when it is first asked for, and once for all metrics; it belongs to the memory of the
 * hidden states.
 */
public final class Predictions {

  private enum Part {
    LOGITS,
    LOG_PROBABILITIES,
    PROBABILITIES,
    NEGATIVE_ENTROPY,
    TARGET_RANK
  }

  private final DeviceTensor hidden;
  private final UnaryOperator<DeviceTensor> head;
  private final DeviceTensor targets;
  private final Map<Part, DeviceTensor> kept;
  private final DeviceMemory scope;

  /**
   * Predictions of which nothing is computed yet.
   *
   * @param hidden states after the last layer, {@code [1, positions, hidden]}
   * @param head from hidden states to logits {@code [1, positions, vocabulary]}
   * @param targets the tokens that follow in the text, int64 {@code [1, positions]}
   */
  public Predictions(DeviceTensor hidden, UnaryOperator<DeviceTensor> head, DeviceTensor targets) {
    this(hidden, head, targets, new EnumMap<>(Part.class), hidden.memory());
  }

  private Predictions(
      DeviceTensor hidden,
      UnaryOperator<DeviceTensor> head,
      DeviceTensor targets,
      Map<Part, DeviceTensor> kept,
      DeviceMemory scope) {
    this.hidden = hidden;
    this.head = head;
    this.targets = targets;
    this.kept = kept;
    this.scope = scope;
  }

  /** The same predictions, such that what is computed from them belongs to a scope. */
  Predictions within(DeviceMemory other) {
    return new Predictions(hidden, head, targets, kept, other);
  }

  private DeviceTensor part(Part part, Supplier<DeviceTensor> computation) {
    DeviceTensor known = kept.get(part);
    if (known == null) {
      known = computation.get();
      known.attach(hidden.memory());
      kept.put(part, known);
    }
    return known.alias(scope);
  }

  /** States after the last layer, before the final norm: {@code [1, positions, hidden]}. */
  public DeviceTensor hidden() {
    return hidden.alias(scope);
  }

  /**
   * {@code [1, positions, vocabulary]}. They are freed once there are {@link #logProbabilities},
   * and computed again if they are asked for after that.
   */
  public DeviceTensor logits() {
    return part(Part.LOGITS, () -> head.apply(hidden()));
  }

  /** Logarithms of the probabilities, {@code [1, positions, vocabulary]}. */
  public DeviceTensor logProbabilities() {
    return part(Part.LOG_PROBABILITIES, this::logSoftmax);
  }

  private DeviceTensor logSoftmax() {
    try (DeviceTensor logits = logits()) {
      DeviceTensor result = logits.logSoftmax();
      Objects.requireNonNull(kept.remove(Part.LOGITS), "logits").close();
      return result;
    }
  }

  /** {@code [1, positions, vocabulary]}. */
  public DeviceTensor probabilities() {
    return part(Part.PROBABILITIES, () -> logProbabilities().exp());
  }

  /** Sums of {@code p log p}, nats: {@code [1, positions]}. */
  public DeviceTensor negativeEntropy() {
    return part(
        Part.NEGATIVE_ENTROPY, () -> probabilities().within(p -> p.mul(logProbabilities()).sum(2)));
  }

  /** Logarithms of the targets' probabilities, {@code [1, positions]}. */
  public DeviceTensor targetLogProbability() {
    return logProbabilities().gather(column(targets)).reshape(targets.shape());
  }

  /** {@linkplain #rank Ranks} of the targets. */
  public DeviceTensor targetRank() {
    return part(Part.TARGET_RANK, () -> rank(targets));
  }

  /** The tokens that greedy decoding would take: of equally likely ones the one of least id. */
  public DeviceTensor greedy() {
    return logits().argMax();
  }

  /**
   * The number of tokens that greedy decoding prefers to these: likelier ones, and equally likely
   * ones with a smaller id; the vocabulary's size where a logit is NaN.
   *
   * @param tokens int64 {@code [1, positions]}
   * @return float32 {@code [1, positions]}
   */
  public DeviceTensor rank(DeviceTensor tokens) {
    return logits()
        .within(logits -> {
          long vocabulary = logits.size(2);
          DeviceTensor wanted = column(tokens.alias(logits.memory()));
          DeviceTensor value = logits.gather(wanted);
          DeviceTensor index = logits.memory().range(vocabulary);
          DeviceTensor ties = logits.equalTo(value).and(index.atLeast(wanted));
          DeviceTensor behind = logits.lessThan(value).or(ties);
          return behind.cast(TensorType.F32).sum(2).neg().add((float) vocabulary);
        });
  }

  private DeviceTensor column(DeviceTensor tokens) {
    return tokens.alias(scope).reshape(tokens.size(0), tokens.size(1), 1);
  }
}
