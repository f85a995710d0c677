package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where activations at the boundaries of layers are kept while a teacher is visited layer by layer:
 * in memory as float32, or on disk as bfloat16.
 */
public interface ActivationStore extends AutoCloseable {

  /** Computes the hidden states of one batch. */
  @FunctionalInterface
  interface Producer {

    /**
     * Called once for each batch, in order.
     *
     * @param scope freed as soon as the result has been kept
     * @param index counted from 0
     */
    DeviceTensor batch(DeviceMemory scope, int index) throws IOException;
  }

  /**
   * Computes and keeps activations, one batch after the other.
   *
   * @param parent for the native memory of this call and of what is kept
   * @param name a file name by which a later run finds them; depends on the batches and the place
   * @param shapes of each batch: {@code [rows, tokens, hidden]}
   * @throws InvalidInputException if they do not fit into the budget
   */
  BoundaryActivations keep(
      DeviceMemory parent, String name, List<List<Long>> shapes, Producer producer)
      throws IOException;

  /**
   * What an earlier run kept under this name.
   *
   * @return empty if there is nothing, or nothing of these shapes
   */
  Optional<BoundaryActivations> find(String name, List<List<Long>> shapes);

  /** Removes what an earlier run kept, where nothing of it can be used again. */
  void clear() throws IOException;

  /** Removes the folder if it is empty. */
  @Override
  void close() throws IOException;

  /** In memory as float32, however many they are. */
  static ActivationStore inMemory() {
    return new MemoryActivations();
  }

  /**
   * On disk as bfloat16, one file for each place. Files of a run that was killed are found again.
   *
   * @param folder of one teacher, made if need be; half-written files in it are removed
   * @param budgetBytes limit of the total size of files in the folder
   */
  static ActivationStore onDisk(Path folder, long budgetBytes) throws IOException {
    return onDisk(folder, budgetBytes, line -> {});
  }

  /**
   * The same.
   *
   * @param warnings receives a line for each file that is damaged and made again
   */
  static ActivationStore onDisk(Path folder, long budgetBytes, Consumer<String> warnings)
      throws IOException {
    return DiskActivations.open(folder, budgetBytes, warnings);
  }
}
