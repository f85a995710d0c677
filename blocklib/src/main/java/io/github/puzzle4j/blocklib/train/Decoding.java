package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.subblock.CachedTokens;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Passes sequences through a model token by token, with keys and values of all before in memory, so
 * that a further token costs one pass over itself. Not thread-safe.
 */
public final class Decoding implements AutoCloseable {

  private record Cache(DeviceTensor keys, DeviceTensor values) {}

  private final DeviceMemory memory;
  private final LanguageModel model;
  private final List<Optional<Cache>> caches = new ArrayList<>();
  private final int rows;
  private final int capacity;
  private int known;

  /**
   * Sequences of which nothing is read yet.
   *
   * @param rows number of sequences
   * @param capacity the most tokens of each
   * @throws IllegalArgumentException if the model does not support as many
   */
  public Decoding(DeviceMemory parent, LanguageModel model, int rows, int capacity) {
    if (rows < 1 || capacity < 1 || capacity > model.model().common().longestContext()) {
      throw new IllegalArgumentException(
          "%d sequences of %d tokens; the model supports at most %d"
              .formatted(rows, capacity, model.model().common().longestContext()));
    }
    this.memory = parent.newScope();
    this.model = model;
    this.rows = rows;
    this.capacity = capacity;
    for (BlockWeights block : model.blocks()) {
      caches.add(block.layer().attention().cache().map(this::cache));
    }
  }

  /** Windows are no smaller: their tokens are found by position. */
  private Cache cache(KvCache heads) {
    List<Long> shape = DeviceTensor.shapeOf(rows, heads.kvHeads(), capacity, heads.headDim());
    return new Cache(
        memory.zeros(model.runner().products(), shape),
        memory.zeros(model.runner().products(), shape));
  }

  /**
   * Reads the beginnings of all sequences at first, then one token of each at a time.
   *
   * @param tokens int64 {@code [rows, tokens]}
   * @return logits behind the last of them, {@code [rows, 1, vocabulary]}, in the memory of the
   *     tokens
   * @throws IllegalArgumentException if they do not fit into the capacity
   */
  public DeviceTensor read(DeviceTensor tokens) {
    DeviceMemory scope = tokens.memory();
    DeviceTensor hidden = model.embed(tokens);
    for (int layer = 0; layer < caches.size(); layer++) {
      BlockWeights block = model.blocks().get(layer);
      try (DeviceMemory inner = scope.newScope()) {
        DeviceTensor input = hidden.alias(inner);
        DeviceTensor output =
            caches
                .get(layer)
                .map(cache -> new CachedTokens(cache.keys(), cache.values(), known))
                .map(cache -> model.runner().block(block, input, cache))
                .orElseGet(() -> model.runner().block(block, input));
        output.attach(scope);
        hidden.close();
        hidden = output;
      }
    }
    int read = Math.toIntExact(tokens.size(1));
    known += read;
    return model.head().logits(hidden.slice(1, read - 1, read));
  }

  /** Frees keys and values. */
  @Override
  public void close() {
    memory.close();
  }
}
