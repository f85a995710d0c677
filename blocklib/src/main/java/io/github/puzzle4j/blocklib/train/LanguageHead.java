package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import java.io.IOException;
import java.util.List;

/**
 * The final norm and the LM head of a model, for hidden states after its last layer. Predictions
 * are compared for some positions at a time, since the logits of a whole batch would be large.
 */
public final class LanguageHead implements AutoCloseable {

  /**
   * Limit of one array of logits, unless the fewest positions need more. Each product reads the
   * whole table, so larger slices are faster; but above this size the allocator of glibc returns
   * memory to the system at once, and clearing new pages takes longer than the arithmetic.
   */
  private static final long LOGIT_BYTES = 32L << 20;

  /** The same where a gradient is taken, which needs several such arrays. */
  private static final long GRADIENT_LOGIT_BYTES = 16L << 20;

  /** Part of a GPU's memory for an array of logits: with larger ones it waits less for Java. */
  private static final int GPU_SHARE = 128;

  /** Products with fewer positions would take as long: each reads the whole table. */
  private static final int FEWEST_POSITIONS = 64;

  /** Arrays of logits that the gradient of a divergence needs at a time. */
  private static final int ARRAYS = 10;

  /** Computes on some consecutive positions of a batch, all rows in one. */
  @FunctionalInterface
  private interface Slice {

    /** False if no further slice is wanted. */
    boolean take(DeviceMemory scope, int from, int to);
  }

  /**
   * What predictions are trained towards.
   *
   * @param teacher its head
   * @param hidden its hidden states after its last layer, {@code [rows, tokens, hidden]}
   * @param next the tokens that follow, int64 {@code [rows, tokens]}
   * @param weights how much each of them counts, of mean 1, float32 {@code [rows, tokens]}
   */
  record Wanted(
      LanguageHead teacher, DeviceTensor hidden, DeviceTensor next, DeviceTensor weights) {}

  /**
   * A loss of predictions and its gradient.
   *
   * @param mean over all positions, nats
   * @param gradient of the mean, times the share, with respect to the hidden states; incomplete if
   *     the mean is NaN or infinite
   */
  record PredictionLoss(float mean, DeviceTensor gradient) {}

  private final DeviceMemory memory;
  private final BlockRunner runner;
  private final DeviceTensor norm;
  private final DeviceTensor table;

  /** Halved where the device runs out of memory. */
  private int mostPositions = Integer.MAX_VALUE;

  /** A head of these tensors, which close with the memory. */
  LanguageHead(DeviceMemory memory, BlockRunner runner, DeviceTensor norm, DeviceTensor table) {
    this.memory = memory;
    this.runner = runner;
    this.norm = norm;
    this.table = table;
  }

  /**
   * Loads the head as float32.
   *
   * @throws IOException if a tensor is missing or unreadable
   */
  public static LanguageHead load(DeviceMemory parent, BlockRunner runner, TensorSource source)
      throws IOException {
    DeviceMemory memory = parent.newScope();
    boolean loaded = false;
    try {
      String name = runner.common().tiedEmbeddings() ? TensorNames.EMBEDDING : TensorNames.LM_HEAD;
      LanguageHead head =
          new LanguageHead(
              memory,
              runner,
              memory.load(source.tensor(TensorNames.FINAL_NORM)),
              memory.load(source.tensor(name)));
      loaded = true;
      return head;
    } finally {
      if (!loaded) {
        memory.close();
      }
    }
  }

  DeviceTensor norm() {
    return norm;
  }

  /** {@code [vocabulary, hidden]}. */
  DeviceTensor table() {
    return table;
  }

  /** Logits from the hidden states after the last layer. */
  public DeviceTensor logits(DeviceTensor hidden) {
    return runner.logits(hidden, norm, table);
  }

  /**
   * Compares models' predictions with a teacher's.
   *
   * @param models hidden states of each model after its last layer, {@code [rows, tokens, hidden]};
   *     this is the head of all of them
   * @param teacher the teacher's head, possibly this one
   * @param teacherHidden the teacher's hidden states, possibly one of the models'; what metrics
   *     need of its predictions is computed once for all models
   * @param metrics what is computed of each position's prediction
   * @return of each model, and of each metric, the values at all positions, row by row
   */
  public List<List<float[]>> compare(
      List<DeviceTensor> models,
      LanguageHead teacher,
      DeviceTensor teacherHidden,
      TokenBatch batch,
      List<? extends PositionMetric> metrics) {
    int positions = batch.rows() * batch.tokens();
    List<List<float[]>> values =
        models.stream()
            .map(model -> metrics.stream().map(metric -> new float[positions]).toList())
            .toList();
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor targets = batch.targets(scope).reshape(1, positions);
      runner.requireTokens("targets", targets);
      slices(
          scope,
          positions,
          LOGIT_BYTES,
          true,
          (slice, from, to) -> {
            DeviceTensor wanted = part(slice, targets, from, to);
            Predictions reference = teacher.predictions(slice, teacherHidden, wanted, from, to);
            for (int i = 0; i < models.size(); i++) {
              DeviceTensor model = models.get(i);
              try (DeviceMemory inner = slice.newScope()) {
                Predictions own =
                    this == teacher && model == teacherHidden
                        ? reference
                        : predictions(inner, model, wanted, from, to);
                measure(inner, own, reference, metrics, values.get(i), from);
              }
            }
            return true;
          });
    }
    return values;
  }

  private Predictions predictions(
      DeviceMemory scope, DeviceTensor hidden, DeviceTensor targets, int from, int to) {
    return new Predictions(positions(scope, hidden, from, to), this::logits, targets);
  }

  private static void measure(
      DeviceMemory scope,
      Predictions model,
      Predictions teacher,
      List<? extends PositionMetric> metrics,
      List<float[]> into,
      int from) {
    for (boolean first : new boolean[] {true, false}) {
      for (int i = 0; i < metrics.size(); i++) {
        PositionMetric metric = metrics.get(i);
        if (metric.readsLogits() == first) {
          try (DeviceMemory work = scope.newScope()) {
            float[] values = metric.of(model.within(work), teacher.within(work)).toFloats();
            System.arraycopy(values, 0, into.get(i), from, values.length);
          }
        }
      }
    }
  }

  /**
   * The weighted sum of the mean KL divergence from a teacher and the mean negative log likelihood.
   * Gradients of the head are added at once; those of the hidden states are returned, so that one
   * slice of logits is in memory at a time.
   *
   * @param hidden of this model after its last layer, {@code [rows, tokens, hidden]}
   * @param weights of the sum
   * @param share of the gradients
   */
  PredictionLoss loss(
      DeviceMemory scope,
      Gradients gradients,
      DeviceTensor hidden,
      Wanted wanted,
      RepairLoss weights,
      float share) {
    int positions = Math.toIntExact(hidden.size(0) * hidden.size(1));
    DeviceTensor leaf = hidden.stopGradient();
    leaf.attach(scope);
    leaf.collectGradient(true);
    double[] mean = {0};
    slices(
        scope,
        positions,
        GRADIENT_LOGIT_BYTES,
        false,
        (slice, from, to) -> {
          DeviceTensor logits = runner.logits(positions(slice, leaf, from, to), norm, table);
          DeviceTensor loss = loss(slice, logits, wanted, weights, from, to);
          float part = (float) (to - from) / positions;
          float value = gradients.backward(loss, share * part);
          mean[0] += value * part;
          return Float.isFinite(value);
        });
    return new PredictionLoss((float) mean[0], leaf.gradient(scope));
  }

  /**
   * Of some positions. Without any weight it is 0 times the divergence: each tensor has a gradient.
   */
  private static DeviceTensor loss(
      DeviceMemory slice,
      DeviceTensor logits,
      Wanted wanted,
      RepairLoss weights,
      int from,
      int to) {
    if (weights.lm() == 0) {
      return divergence(slice, logits, wanted, weights.kl(), from, to);
    }
    DeviceTensor shares = flat(slice, wanted.weights(), from, to).div(to - from);
    DeviceTensor likelihood =
        Losses.likelihoodLoss(logits, flat(slice, wanted.next(), from, to), shares)
            .mul((float) weights.lm());
    return weights.kl() == 0
        ? likelihood
        : likelihood.add(divergence(slice, logits, wanted, weights.kl(), from, to));
  }

  private static DeviceTensor divergence(
      DeviceMemory slice, DeviceTensor logits, Wanted wanted, double weight, int from, int to) {
    DeviceTensor target = wanted.teacher().logits(positions(slice, wanted.hidden(), from, to));
    DeviceTensor divergence = Losses.divergence(logits, target);
    return weight == 1 ? divergence : divergence.mul((float) weight);
  }

  /**
   * Takes all positions, some at a time.
   *
   * @param again whether a slice for which the device has too little memory may be taken again, as
   *     two halves
   */
  private void slices(
      DeviceMemory scope, int positions, long processorBytes, boolean again, Slice slice) {
    long logitBytes =
        memory.device().isGpu()
            ? Math.max(processorBytes, memory.device().gpuBytes() / GPU_SHARE)
            : processorBytes;
    int atOnce = positionsAtOnce(logitBytes, runner.common().vocabularySize());
    boolean goOn = true;
    int from = 0;
    while (goOn && from < positions) {
      int to = Math.min(positions, from + (again ? Math.min(atOnce, mostPositions) : atOnce));
      try (DeviceMemory inner = scope.newScope()) {
        goOn = slice.take(inner, from, to);
        from = to;
      } catch (OutOfDeviceMemoryException e) {
        if (!again || to - from == 1) {
          throw e;
        }
        mostPositions = (to - from) / 2;
      }
    }
  }

  private static int positionsAtOnce(long logitBytes, int vocabularySize) {
    return Math.toIntExact(Math.max(FEWEST_POSITIONS, logitBytes / Float.BYTES / vocabularySize));
  }

  /** Bytes for comparing predictions, without the head itself. */
  public static long workingBytes(int vocabularySize) {
    return (long) ARRAYS
        * Float.BYTES
        * positionsAtOnce(GRADIENT_LOGIT_BYTES, vocabularySize)
        * vocabularySize;
  }

  /** Some positions of {@code [rows, tokens, hidden]} as {@code [1, positions, hidden]}. */
  private static DeviceTensor positions(DeviceMemory scope, DeviceTensor hidden, int from, int to) {
    try (DeviceTensor flat = hidden.reshape(1, hidden.size(0) * hidden.size(1), hidden.size(2))) {
      return part(scope, flat, from, to);
    }
  }

  /** Some positions of {@code [rows, tokens]} as {@code [1, positions]}. */
  private static DeviceTensor flat(DeviceMemory scope, DeviceTensor values, int from, int to) {
    try (DeviceTensor row = values.reshape(1, values.size(0) * values.size(1))) {
      return part(scope, row, from, to);
    }
  }

  private static DeviceTensor part(DeviceMemory scope, DeviceTensor tensor, int from, int to) {
    DeviceTensor slice = tensor.slice(1, from, to);
    slice.attach(scope);
    return slice;
  }

  @Override
  public void close() {
    memory.close();
  }
}
