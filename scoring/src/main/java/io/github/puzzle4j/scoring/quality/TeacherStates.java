package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import java.util.HashMap;
import java.util.Map;

/**
 * A teacher's hidden states after its last layer, for the batches of a text, computed once for all
 * children that are compared with it. They are its predictions in full: with a hidden size of 576
 * and a vocabulary of 49,152 they take an 85th of the memory of all probabilities, and as much as
 * the 288 likeliest tokens with theirs.
 *
 * <p>States that do not fit into the memory that is given are computed each time.
 */
public final class TeacherStates implements AutoCloseable {

  private final LanguageModel teacher;
  private final DeviceMemory memory;
  private final Map<Integer, DeviceTensor> kept = new HashMap<>();
  private long left;

  /**
   * Nothing computed yet.
   *
   * @param bytes that may be kept
   */
  public TeacherStates(DeviceMemory parent, LanguageModel teacher, long bytes) {
    this.teacher = teacher;
    this.memory = parent.newScope();
    this.left = bytes;
  }

  LanguageModel teacher() {
    return teacher;
  }

  /**
   * The states of a batch.
   *
   * @param scope owns them unless they are kept
   * @param batch number of the batch in the text, which must always be the same
   * @param ids of the batch
   */
  DeviceTensor of(DeviceMemory scope, int batch, DeviceTensor ids) {
    DeviceTensor known = kept.get(batch);
    if (known == null) {
      DeviceTensor computed = teacher.hidden(ids);
      long bytes = computed.elements() * Float.BYTES;
      if (bytes > left) {
        return computed;
      }
      left -= bytes;
      computed.attach(memory);
      kept.put(batch, computed);
      known = computed;
    }
    return known.alias(scope);
  }

  @Override
  public void close() {
    memory.close();
  }
}
