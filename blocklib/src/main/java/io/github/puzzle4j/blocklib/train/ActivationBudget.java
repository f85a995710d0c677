package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Limits of memory and disk space for activations.
 *
 * @param memoryBytes limit of those kept in memory, as float32
 * @param diskBytes limit of those kept on disk, as bfloat16, if memory is not enough
 */
public record ActivationBudget(long memoryBytes, long diskBytes) {

  /** A layer's inputs, what is between its subblocks, and its outputs. */
  private static final int PLACES = 3;

  public ActivationBudget {
    if (memoryBytes < 0 || diskBytes < 0) {
      throw new IllegalArgumentException(
          "memoryBytes=%d, diskBytes=%d".formatted(memoryBytes, diskBytes));
    }
  }

  /** Whether the activations of these batches are kept in memory. */
  public boolean fitsMemory(CommonParts common, List<TokenBatch> batches) {
    return needed(common, batches) * Float.BYTES <= memoryBytes;
  }

  /** Bytes of memory that are left where the activations of these batches are kept. */
  public long memoryBesides(CommonParts common, List<TokenBatch> batches) {
    return memoryBytes - (fitsMemory(common, batches) ? needed(common, batches) * Float.BYTES : 0);
  }

  /**
   * A store for the activations of these batches.
   *
   * @param folder for those that do not fit into memory
   * @param warnings receives a line for each file there that is damaged and made again
   * @throws InvalidInputException if they fit neither limit
   */
  public ActivationStore open(
      Path folder, CommonParts common, List<TokenBatch> batches, Consumer<String> warnings)
      throws IOException {
    if (fitsMemory(common, batches)) {
      return ActivationStore.inMemory();
    }
    long bytes = needed(common, batches) * 2;
    if (bytes > diskBytes) {
      throw new InvalidInputException(
          "activations of %d batches need %,d bytes on disk, the limit is %,d"
                  .formatted(batches.size(), bytes, diskBytes)
              + "; allow more (activations.disk), or use fewer or shorter sequences");
    }
    // Headers come on top.
    return ActivationStore.onDisk(folder, Math.addExact(diskBytes, 1 << 20), warnings);
  }

  private static long needed(CommonParts common, List<TokenBatch> batches) {
    return PLACES
        * batches.stream()
            .mapToLong(batch -> (long) batch.rows() * batch.tokens() * common.hiddenSize())
            .sum();
  }

  static List<List<Long>> shapes(CommonParts common, List<TokenBatch> batches) {
    return batches.stream()
        .map(batch -> DeviceTensor.shapeOf(batch.rows(), batch.tokens(), common.hiddenSize()))
        .toList();
  }
}
