package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.List;

/**
 * The final norm and the LM head of a model, for hidden states after its last layer. Logits are
 * made for some positions at a time, since those of a whole batch would be large.
 */
public final class LanguageHead implements AutoCloseable {

  /** Limit of one array of logits; several of this size are in memory at a time. */
  private static final long LOGIT_BYTES = 32L << 20;

  private final DeviceMemory memory;
  private final BlockRunner runner;
  private final DeviceTensor norm;
  private final DeviceTensor table;

  private LanguageHead(
      DeviceMemory memory, BlockRunner runner, DeviceTensor norm, DeviceTensor table) {
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
    int atOnce =
        Math.toIntExact(
            Math.clamp(LOGIT_BYTES / Float.BYTES / runner.common().vocabularySize(), 1, positions));
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor targets = batch.targets(scope).reshape(1, positions);
      for (int from = 0; from < positions; from += atOnce) {
        int to = Math.min(positions, from + atOnce);
        try (DeviceMemory chunk = scope.newScope()) {
          DeviceTensor wanted = chunk(chunk, targets, from, to);
          DeviceTensor reference = runner.reference(logits(chunk, teacher, from, to));
          for (int model = 0; model < models.size(); model++) {
            try (DeviceMemory inner = chunk.newScope()) {
              DeviceTensor logits = logits(inner, models.get(model), from, to);
              float[] part = runner.divergence(logits, reference, wanted).toFloats();
              float[] into = values.get(model);
              System.arraycopy(part, 0, into, from, to - from);
              System.arraycopy(part, to - from, into, positions + from, to - from);
            }
          }
        }
      }
    }
    return values;
  }

  private DeviceTensor logits(DeviceMemory scope, DeviceTensor hidden, int from, int to) {
    long positions = hidden.size(0) * hidden.size(1);
    try (DeviceTensor flat = hidden.reshape(1, positions, hidden.size(2))) {
      return runner.logits(chunk(scope, flat, from, to), norm, table, false);
    }
  }

  private static DeviceTensor chunk(DeviceMemory scope, DeviceTensor array, int from, int to) {
    DeviceTensor slice = array.slice(1, from, to);
    slice.attach(scope);
    return slice;
  }

  @Override
  public void close() {
    memory.close();
  }
}
