package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.train.KeptActivations;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.search.plan.SearchPlan;

/**
 * Upper bounds of what each stage of a search has in memory, in bytes: heap, native arrays, and
 * what the allocator holds back. Pages of mapped files come on top; the system may reclaim them.
 *
 * @param distill one layer of the teacher, one training of it with moments, gradients, best and
 *     rounded weights, the fit of its last matrix, and the activations that the plan allows
 * @param score one layer, the LM head, some logits, and the activations that the plan allows
 * @param measure the teacher and a child in float32, the teacher's states as far as the plan allows
 *     activations, and some logits
 * @param repair a child with gradients and two moments, the teacher's LM head and some of its
 *     layers, and the hidden states and activations of some rows
 */
public record MemoryBounds(long distill, long score, long measure, long repair) {

  /** Heap and code of the JVM, code and tables of libtorch. */
  private static final long PROCESS = 512L << 20;

  /** Weights, gradients, two moments, the best weights, and those rounded to be measured. */
  private static final long TRAINED_COPIES = 6;

  /** Of a pair of inputs in a fit: their product in float32 and float64, an entry of its root. */
  private static final long FIT_SQUARE_BYTES = 20;

  /** Of an entry of the matrix: errors, right side and solution, and three fitted ones. */
  private static final long FIT_MATRIX_BYTES = 36;

  /** Weights, gradients, two moments. */
  private static final long REPAIRED_COPIES = 4;

  /** Arrays that come and go leave about as much that the allocator cannot use otherwise. */
  private static final long TRANSIENT_COPIES = 2;

  /**
   * What bounds depend on besides the teacher.
   *
   * @param activations bytes that activations may use
   * @param distilled tokens of a batch of distillation
   * @param measured tokens of a batch of scoring or measuring
   * @param compared tokens on which models are compared with the teacher
   * @param repairedRows rows of a batch of repair
   * @param rowTokens tokens of each of them
   */
  public record Load(
      long activations,
      long distilled,
      long measured,
      long compared,
      int repairedRows,
      int rowTokens) {}

  /** The bounds of a search of this plan in float32 on a processor. */
  public static MemoryBounds of(SearchPlan plan, Model teacher) {
    int tokens = plan.data().sequenceLength();
    return of(
        teacher,
        new Load(
            plan.activations().memory().bytes(),
            (long) plan.distill().batch() * tokens,
            (long) Workspace.rowsAtOnce(plan) * tokens,
            ((long) plan.data().heldOutSequences() + plan.score().sequences()) * tokens,
            plan.uptrain().batch(),
            tokens));
  }

  /** The bounds for this teacher; children and variants are not larger. */
  public static MemoryBounds of(Model teacher, Load load) {
    CommonParts common = teacher.common();
    long layer = largest(teacher, teacher.hiddenSize());
    long kept = largestKept(teacher);
    long head = (long) Float.BYTES * common.vocabularySize() * teacher.hiddenSize();
    long logits = LanguageHead.workingBytes(common.vocabularySize());
    long model = Float.BYTES * teacher.parameters();
    long passing = TRANSIENT_COPIES * (logits + kept * load.measured());
    long repairing =
        TRANSIENT_COPIES
            * (logits + new KeptActivations(teacher, load.rowTokens()).bytes(load.repairedRows()));
    long states =
        (long) Float.BYTES
            * teacher.hiddenSize()
            * (teacher.layers().size() + 1)
            * load.repairedRows()
            * load.rowTokens();
    long teachers = (long) Float.BYTES * teacher.hiddenSize() * load.compared();
    return new MemoryBounds(
        PROCESS
            + (1 + TRAINED_COPIES) * layer
            + largestFit(teacher)
            + load.activations()
            + TRANSIENT_COPIES * kept * load.distilled(),
        PROCESS + 2 * layer + 2 * head + load.activations() + passing,
        PROCESS + 2 * model + Math.min(load.activations(), teachers) + passing,
        PROCESS
            + REPAIRED_COPIES * model
            + head
            + load.activations() / Repair.TEACHER_SHARE
            + states
            + repairing);
  }

  private static long largest(Model teacher, int hiddenSize) {
    return Float.BYTES
        * teacher.layers().stream()
            .mapToLong(layer -> layer.parameters(hiddenSize))
            .max()
            .orElseThrow();
  }

  /** The products of all pairs of inputs, also in float64 and with their root; some matrices. */
  private static long largestFit(Model teacher) {
    long inputs =
        teacher.layers().stream()
            .mapToLong(layer -> Math.max(widest(layer), teacher.hiddenSize()))
            .max()
            .orElseThrow();
    return FIT_SQUARE_BYTES * inputs * inputs + FIT_MATRIX_BYTES * inputs * teacher.hiddenSize();
  }

  /** Inputs of the last matrix of attention or FFN. */
  private static long widest(Layer layer) {
    return Math.max(
        layer.ffn().channelsPerToken(),
        switch (layer.attention()) {
          case SoftmaxAttention softmax ->
              (long) softmax.heads().heads() * softmax.heads().headDim();
          case LinearAttention _, NoAttention _ -> 0;
        });
  }

  private static long largestKept(Model teacher) {
    return teacher.layers().stream()
        .mapToLong((Layer layer) -> KeptActivations.bytes(layer, teacher.hiddenSize()))
        .max()
        .orElseThrow();
  }
}
