package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.List;

/**
 * The final norm and the LM head of a model, for hidden states behind its last layer. Logits are
 * made for some positions at a time, since those of a whole batch would be large.
 */
public final class LanguageHead implements AutoCloseable {

  /** Of one array of logits; some more of its size are needed at a time. */
  private static final long LOGIT_BYTES = 32L << 20;

  private final NDManager memory;
  private final BlockRunner runner;
  private final NDArray norm;
  private final NDArray table;

  private LanguageHead(NDManager memory, BlockRunner runner, NDArray norm, NDArray table) {
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
  public static LanguageHead load(NDManager parent, BlockRunner runner, TensorSource source)
      throws IOException {
    NDManager memory = parent.newSubManager();
    boolean loaded = false;
    try {
      String name = runner.config().tiedEmbeddings() ? TensorNames.EMBEDDING : TensorNames.LM_HEAD;
      LanguageHead head =
          new LanguageHead(
              memory,
              runner,
              NativeTensors.load(memory, source.tensor(TensorNames.FINAL_NORM)),
              NativeTensors.load(memory, source.tensor(name)));
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
   * @param models hidden states of each model behind its last layer, {@code [rows, tokens, hidden]}
   * @param teacher the teacher's, of the same shape; its predictions are computed once for all
   * @return of each model the divergences of all positions, row by row, then the likelihoods
   */
  public List<float[]> divergences(List<NDArray> models, NDArray teacher, TokenBatch batch) {
    int positions = batch.rows() * batch.tokens();
    List<float[]> values = models.stream().map(model -> new float[2 * positions]).toList();
    int atOnce =
        Math.toIntExact(
            Math.clamp(LOGIT_BYTES / Float.BYTES / runner.config().vocabularySize(), 1, positions));
    try (NDManager scope = memory.newSubManager()) {
      NDArray targets = batch.targets(scope).reshape(1, positions);
      for (int from = 0; from < positions; from += atOnce) {
        int to = Math.min(positions, from + atOnce);
        try (NDManager chunk = scope.newSubManager()) {
          NDArray wanted = chunk(chunk, targets, from, to);
          NDArray reference = runner.reference(logits(chunk, teacher, from, to));
          for (int model = 0; model < models.size(); model++) {
            try (NDManager inner = chunk.newSubManager()) {
              NDArray logits = logits(inner, models.get(model), from, to);
              float[] part = runner.divergence(logits, reference, wanted).toFloatArray();
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

  private NDArray logits(NDManager scope, NDArray hidden, int from, int to) {
    long positions = hidden.getShape().get(0) * hidden.getShape().get(1);
    try (NDArray flat = hidden.reshape(1, positions, hidden.getShape().get(2))) {
      return runner.logits(chunk(scope, flat, from, to), norm, table, false);
    }
  }

  private static NDArray chunk(NDManager scope, NDArray array, int from, int to) {
    NDArray slice = array.get(new NDIndex(":, " + from + ":" + to));
    slice.attach(scope);
    return slice;
  }

  @Override
  public void close() {
    memory.close();
  }
}
