package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.List;

/** Comparisons of predictions at each position; see {@link BlockRunner} for shapes and units. */
final class Metrics {

  private Metrics() {}

  /** Divergence, negative log likelihood and rank, {@code [3, batch, tokens]}. */
  static DeviceTensor of(DeviceTensor logits, DeviceTensor teacherLogits, DeviceTensor targets) {
    DeviceTensor student = logits.logSoftmax();
    DeviceTensor teacher = teacherLogits.logSoftmax();
    DeviceTensor divergence = teacher.exp().mul(teacher.sub(student)).sum(2);
    DeviceTensor wanted = column(logits, targets);
    DeviceTensor likelihood = student.gather(wanted).reshape(targets.shape()).neg();
    return stacked(List.of(divergence, likelihood, rank(logits, wanted)));
  }

  /** The number of tokens that greedy decoding prefers; all of them where a logit is NaN. */
  private static DeviceTensor rank(DeviceTensor logits, DeviceTensor wanted) {
    long vocabulary = logits.size(2);
    DeviceTensor value = logits.gather(wanted);
    DeviceTensor index = logits.memory().range(vocabulary);
    DeviceTensor ties = logits.equalTo(value).and(index.atLeast(wanted));
    DeviceTensor behind = logits.lessThan(value).or(ties);
    return behind.cast(TensorType.F32).sum(2).neg().add((float) vocabulary);
  }

  /** Probabilities and their negative entropy, {@code [batch, tokens, vocabulary + 1]}. */
  static DeviceTensor reference(DeviceTensor logits) {
    DeviceTensor logarithms = logits.logSoftmax();
    DeviceTensor probabilities = logarithms.exp();
    DeviceTensor surprise = probabilities.mul(logarithms).sum(2);
    return DeviceTensor.concat(
        List.of(probabilities, surprise.reshape(logits.size(0), logits.size(1), 1)), 2);
  }

  /** Divergence and negative log likelihood, {@code [2, batch, tokens]}. */
  static DeviceTensor divergence(
      DeviceTensor logits, DeviceTensor reference, DeviceTensor targets) {
    long vocabulary = logits.size(2);
    DeviceTensor student = logits.logSoftmax();
    DeviceTensor agreement = reference.slice(2, 0, vocabulary).mul(student).sum(2);
    DeviceTensor surprise = reference.slice(2, vocabulary, vocabulary + 1).reshape(targets.shape());
    DeviceTensor likelihood =
        student.gather(column(logits, targets)).reshape(targets.shape()).neg();
    return stacked(List.of(surprise.sub(agreement), likelihood));
  }

  private static DeviceTensor column(DeviceTensor logits, DeviceTensor targets) {
    return targets.alias(logits.memory()).reshape(targets.size(0), targets.size(1), 1);
  }

  private static DeviceTensor stacked(List<DeviceTensor> metrics) {
    return DeviceTensor.concat(
        metrics.stream().map(one -> one.reshape(1, one.size(0), one.size(1))).toList(), 0);
  }
}
