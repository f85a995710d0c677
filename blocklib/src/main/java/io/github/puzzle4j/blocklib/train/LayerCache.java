package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The layers of a teacher: as many of the last ones as fit are cached, since each replaced layer
 * needs the layers after it; others are loaded each time.
 */
public final class LayerCache {

  /** Uses the weights of a layer while they are there. */
  @FunctionalInterface
  public interface Use {
    void accept(BlockWeights weights) throws IOException;
  }

  private final DeviceMemory memory;
  private final Model teacher;
  private final TensorSource tensors;
  private final int firstKept;
  private final Map<Integer, BlockWeights> kept = new HashMap<>();

  /**
   * An empty cache.
   *
   * @param memory owns what is cached
   * @param bytes of cached weights at most
   */
  public LayerCache(DeviceMemory memory, Model teacher, TensorSource tensors, long bytes) {
    this.memory = memory;
    this.teacher = teacher;
    this.tensors = tensors;
    int layer = teacher.layers().size();
    long left = bytes;
    while (layer > 0) {
      left -= teacher.layers().get(layer - 1).parameters(teacher.hiddenSize()) * Float.BYTES;
      if (left < 0) {
        break;
      }
      layer--;
    }
    this.firstKept = layer;
  }

  /** Loads a layer, unless it is cached. */
  public void use(int layer, Use use) throws IOException {
    if (layer >= firstKept) {
      BlockWeights weights = kept.get(layer);
      if (weights == null) {
        weights = loadToKeep(layer);
        kept.put(layer, weights);
      }
      use.accept(weights);
      return;
    }
    try (DeviceMemory scope = memory.newScope()) {
      use.accept(load(scope, layer));
    }
  }

  /** Keeps nothing of a layer for which the device has too little memory. */
  private BlockWeights loadToKeep(int layer) throws IOException {
    DeviceMemory scope = memory.newScope();
    boolean loaded = false;
    try {
      BlockWeights weights = load(scope, layer);
      loaded = true;
      return weights;
    } finally {
      if (!loaded) {
        scope.close();
      }
    }
  }

  private BlockWeights load(DeviceMemory scope, int layer) throws IOException {
    return BlockWeights.load(scope, teacher, tensors, layer);
  }

  /** Layers of the teacher. */
  public int layers() {
    return teacher.layers().size();
  }
}
