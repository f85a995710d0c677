package io.github.puzzle4j.blocklib.tensor;

import io.github.puzzle4j.blocklib.tensor.engine.Binary;
import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import io.github.puzzle4j.blocklib.tensor.engine.Operations;
import io.github.puzzle4j.blocklib.tensor.engine.Unary;
import java.util.List;

/** What trainings minimise: single numbers, in the memory of the first argument. */
public final class Losses {

  /** As in PyTorch's cosine similarity: a vector is at least as long as this. */
  private static final double SHORTEST = 1e-8;

  private Losses() {}

  /**
   * The normalised square error of a block: the mean square of the difference over that of the
   * teacher's output (Puzzle, arXiv 2411.19146, section 3).
   *
   * @param child float32 of any shape
   * @param teacher the same shape; no gradient goes there
   */
  public static DeviceTensor squareError(DeviceTensor child, DeviceTensor teacher) {
    requireSameShape(child, teacher);
    DeviceTensor fixed = teacher.stopGradient();
    fixed.attach(child.memory());
    DeviceTensor gap = child.stopGradient().sub(fixed);
    DeviceTensor size = fixed.square().mean();
    DeviceTensor result = gap.square().mean().div(size);
    Tape.recordIfWanted(
        result,
        List.of(child),
        step -> {
          Operations operations = step.operations();
          NativeTensor scaled =
              step.temporary(operations.apply(Binary.DIVIDE, step.gradient(), step.kept(1)));
          NativeTensor factor =
              step.temporary(operations.apply(Binary.MULTIPLY, scaled, 2.0 / child.elements()));
          step.give(0, operations.apply(Binary.MULTIPLY, step.kept(0), factor));
        },
        gap,
        size);
    return result;
  }

  /**
   * The weighted mean of the targets' negative log likelihood, in nats.
   *
   * @param logits float32 {@code [batch, tokens, vocabulary]}
   * @param targets int64 {@code [batch, tokens]}
   * @param weights float32 {@code [batch, tokens]}
   */
  public static DeviceTensor crossEntropy(
      DeviceTensor logits, DeviceTensor targets, DeviceTensor weights) {
    requirePositions(logits, targets, weights);
    DeviceTensor fixed = weights.stopGradient();
    fixed.attach(logits.memory());
    return likelihoodLoss(logits, targets, fixed.div(fixed.sum()));
  }

  /**
   * The sum of the targets' negative log likelihood times the shares, in nats.
   *
   * @param logits float32 {@code [batch, tokens, vocabulary]}
   * @param targets int64 {@code [batch, tokens]}
   * @param shares float32 {@code [batch, tokens]}
   */
  public static DeviceTensor likelihoodLoss(
      DeviceTensor logits, DeviceTensor targets, DeviceTensor shares) {
    requirePositions(logits, targets, shares);
    DeviceTensor student = logits.stopGradient().logSoftmax();
    List<Long> column = List.of(logits.size(0), logits.size(1), 1L);
    DeviceTensor wanted = targets.stopGradient().reshape(column);
    wanted.attach(logits.memory());
    DeviceTensor each = shares.stopGradient().reshape(column);
    each.attach(logits.memory());
    DeviceTensor result = student.gather(wanted).mul(each).sum().neg();
    Tape.recordIfWanted(
        result, List.of(logits), step -> likelihoodBackward(step), student, wanted, each);
    return result;
  }

  /** The softmax less one at the target, times the position's share. */
  private static void likelihoodBackward(BackwardStep step) {
    Operations operations = step.operations();
    NativeTensor shares =
        step.temporary(operations.apply(Binary.MULTIPLY, step.kept(2), step.gradient()));
    NativeTensor softmax = step.temporary(operations.apply(Unary.EXPONENTIAL, step.kept(0)));
    NativeTensor vocabulary = step.temporary(operations.range(step.kept(0).shape().getLast()));
    NativeTensor hit = step.temporary(operations.apply(Binary.EQUAL, vocabulary, step.kept(1)));
    NativeTensor one = step.temporary(operations.cast(hit, step.kept(0).type()));
    operations.add(softmax, one, -1);
    step.give(0, operations.apply(Binary.MULTIPLY, softmax, shares));
  }

  /**
   * The mean over positions of the KL divergence of a student's predictions from a teacher's, in
   * nats.
   *
   * @param logits float32 {@code [batch, tokens, vocabulary]}
   * @param teacherLogits the same shape; no gradient goes there
   */
  public static DeviceTensor divergence(DeviceTensor logits, DeviceTensor teacherLogits) {
    requireSameShape(logits, teacherLogits);
    DeviceTensor student = logits.stopGradient().logSoftmax();
    DeviceTensor teacher = teacherLogits.stopGradient().logSoftmax();
    teacher.attach(logits.memory());
    DeviceTensor likelihoods = teacher.exp();
    float positions = (float) (logits.elements() / logits.shape().getLast());
    DeviceTensor result = likelihoods.mul(teacher.sub(student)).sum().div(positions);
    Tape.recordIfWanted(
        result,
        List.of(logits),
        step -> {
          Operations operations = step.operations();
          NativeTensor share =
              step.temporary(operations.apply(Binary.DIVIDE, step.gradient(), positions));
          NativeTensor gap = step.temporary(operations.apply(Unary.EXPONENTIAL, step.kept(0)));
          operations.add(gap, step.kept(1), -1);
          step.give(0, operations.apply(Binary.MULTIPLY, gap, share));
        },
        student,
        likelihoods);
    return result;
  }

  /**
   * One minus the mean cosine of vectors along the last axis.
   *
   * @param child float32 {@code [batch, tokens, hidden]}
   * @param teacher the same shape; no gradient goes there
   */
  public static DeviceTensor cosine(DeviceTensor child, DeviceTensor teacher) {
    requireSameShape(child, teacher);
    return child.within(own -> {
      int last = own.shape().size() - 1;
      DeviceTensor other = teacher.stopGradient();
      other.attach(own.memory());
      DeviceTensor lengths = length(own, last).mul(length(other, last));
      return own.mul(other).sum(last).div(lengths).mean().neg().add(1);
    });
  }

  private static DeviceTensor length(DeviceTensor x, int axis) {
    return x.square().sum(axis).add((float) (SHORTEST * SHORTEST)).sqrt();
  }

  private static void requireSameShape(DeviceTensor one, DeviceTensor other) {
    if (!one.shape().equals(other.shape()) || one.type() != other.type()) {
      throw new IllegalArgumentException("%s compared with %s".formatted(one, other));
    }
  }

  private static void requirePositions(
      DeviceTensor logits, DeviceTensor targets, DeviceTensor weights) {
    if (logits.shape().size() != 3
        || !targets.shape().equals(logits.shape().subList(0, 2))
        || !weights.shape().equals(targets.shape())) {
      throw new IllegalArgumentException(
          "losses of %s for %s weighted by %s".formatted(logits, targets, weights));
    }
  }
}
