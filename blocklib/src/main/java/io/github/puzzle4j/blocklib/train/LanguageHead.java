package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Gradients;
import io.github.puzzle4j.blocklib.tensor.Losses;
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
   * The divergence from a teacher and its gradient.
   *
   * @param mean over all positions, nats
   * @param gradient of the mean, times the share, with respect to the hidden states; incomplete if
   *     the mean is NaN or infinite
   */
  record Divergence(float mean, DeviceTensor gradient) {}

  private final DeviceMemory memory;
  private final BlockRunner runner;
  private final DeviceTensor norm;
  private final DeviceTensor table;

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
   * KL divergence from a teacher and negative log likelihood of the targets, both in nats.
   *
   * @param models hidden states of each model after its last layer, {@code [rows, tokens, hidden]}
   * @param teacher the teacher's, of the same shape; its predictions are computed once for all
   * @return of each model the divergences of all positions, row by row, then the likelihoods
   */
  public List<float[]> divergences(
      List<DeviceTensor> models, DeviceTensor teacher, TokenBatch batch) {
    int positions = batch.rows() * batch.tokens();
    List<float[]> values = models.stream().map(model -> new float[2 * positions]).toList();
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor targets = batch.targets(scope).reshape(1, positions);
      slices(
          scope,
          positions,
          LOGIT_BYTES,
          (slice, from, to) -> {
            DeviceTensor wanted = part(slice, targets, from, to);
            DeviceTensor reference = runner.reference(logits(slice, teacher, from, to));
            for (int model = 0; model < models.size(); model++) {
              try (DeviceMemory inner = slice.newScope()) {
                DeviceTensor logits = logits(inner, models.get(model), from, to);
                float[] metrics = runner.divergence(logits, reference, wanted).toFloats();
                copy(metrics, values.get(model), from, to);
              }
            }
            return true;
          });
    }
    return values;
  }

  /**
   * All metrics of {@link BlockRunner#tokenMetrics}.
   *
   * @param hidden of this model after its last layer, {@code [rows, tokens, hidden]}
   * @param teacher the head of the model to compare with, possibly this one
   * @param teacherHidden of that model
   * @return each metric at all positions, row by row
   */
  public float[] metrics(
      DeviceTensor hidden, LanguageHead teacher, DeviceTensor teacherHidden, TokenBatch batch) {
    int positions = batch.rows() * batch.tokens();
    float[] values = new float[3 * positions];
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor targets = batch.targets(scope).reshape(1, positions);
      slices(
          scope,
          positions,
          LOGIT_BYTES,
          (slice, from, to) -> {
            DeviceTensor logits = logits(slice, hidden, from, to);
            DeviceTensor reference =
                hidden == teacherHidden ? logits : teacher.logits(slice, teacherHidden, from, to);
            DeviceTensor wanted = part(slice, targets, from, to);
            copy(runner.tokenMetrics(logits, reference, wanted).toFloats(), values, from, to);
            return true;
          });
    }
    return values;
  }

  /**
   * The mean KL divergence from a teacher. Gradients of the head are added at once; those of the
   * hidden states are returned, so that one slice of logits is in memory at a time.
   *
   * @param hidden of this model after its last layer, {@code [rows, tokens, hidden]}
   * @param teacherHidden of the teacher, of the same shape
   * @param share of the gradients
   */
  Divergence divergence(
      DeviceMemory scope,
      Gradients gradients,
      DeviceTensor hidden,
      LanguageHead teacher,
      DeviceTensor teacherHidden,
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
        (slice, from, to) -> {
          DeviceTensor target = teacher.logits(slice, teacherHidden, from, to);
          DeviceTensor logits = runner.logits(positions(slice, leaf, from, to), norm, table);
          DeviceTensor loss = Losses.divergence(logits, target);
          float part = (float) (to - from) / positions;
          float value = gradients.backward(loss, share * part);
          mean[0] += value * part;
          return Float.isFinite(value);
        });
    return new Divergence((float) mean[0], leaf.gradient(scope));
  }

  private void slices(DeviceMemory scope, int positions, long logitBytes, Slice slice) {
    int atOnce = positionsAtOnce(logitBytes, runner.common().vocabularySize());
    boolean goOn = true;
    for (int from = 0; goOn && from < positions; from += atOnce) {
      try (DeviceMemory inner = scope.newScope()) {
        goOn = slice.take(inner, from, Math.min(positions, from + atOnce));
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

  private DeviceTensor logits(DeviceMemory scope, DeviceTensor hidden, int from, int to) {
    return logits(positions(scope, hidden, from, to));
  }

  /** Some positions of {@code [rows, tokens, hidden]} as {@code [1, positions, hidden]}. */
  private static DeviceTensor positions(DeviceMemory scope, DeviceTensor hidden, int from, int to) {
    try (DeviceTensor flat = hidden.reshape(1, hidden.size(0) * hidden.size(1), hidden.size(2))) {
      return part(scope, flat, from, to);
    }
  }

  private static DeviceTensor part(DeviceMemory scope, DeviceTensor tensor, int from, int to) {
    DeviceTensor slice = tensor.slice(1, from, to);
    slice.attach(scope);
    return slice;
  }

  /** Metrics {@code [metric, 1, to - from]} to their places in {@code [metric, positions]}. */
  private static void copy(float[] metrics, float[] into, int from, int to) {
    int positions = to - from;
    int count = metrics.length / positions;
    for (int metric = 0; metric < count; metric++) {
      System.arraycopy(
          metrics, metric * positions, into, metric * (into.length / count) + from, positions);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
