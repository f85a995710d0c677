package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Weights of a library on a device, the latest used ones kept. Attention and FFN that were trained
 * apart are kept apart, so that each is loaded once for all pairs that contain it.
 */
final class HalfBlocks implements AutoCloseable {

  /** What is loaded at once: a half of a layer, or a whole replacement. */
  private record Key(Replacement replacement, boolean half) {}

  private record Loaded(DeviceMemory memory, List<BlockWeights> weights, long bytes) {}

  private final DeviceMemory memory;
  private final BlockLibrary library;
  private final long mostBytes;
  private final SequencedMap<Key, Loaded> kept = new LinkedHashMap<>();
  private long bytes;

  /**
   * Nothing loaded yet.
   *
   * @param mostBytes of kept weights; what is in use may exceed it
   */
  HalfBlocks(DeviceMemory memory, BlockLibrary library, long mostBytes) {
    this.memory = memory.newScope();
    this.library = library;
    this.mostBytes = mostBytes;
  }

  /**
   * The weights of a replacement, in the order in which hidden states pass through them. They are
   * valid until the next call.
   */
  List<BlockWeights> of(Replacement replacement) throws IOException {
    List<BlockWeights> weights = new ArrayList<>();
    if (library.isComposed(replacement)) {
      int layer = replacement.span().first();
      Layer wanted = replacement.instead().getFirst();
      evictFor(2);
      weights.addAll(half(layer, new Layer(wanted.attention(), new NoFfn())));
      weights.addAll(half(layer, new Layer(new NoAttention(), wanted.ffn())));
    } else {
      evictFor(1);
      weights.addAll(whole(replacement));
    }
    return weights;
  }

  private List<BlockWeights> half(int layer, Layer half) throws IOException {
    Key key = new Key(Replacement.of(layer, half), true);
    Loaded known = kept.remove(key);
    return keep(key, known == null ? load(layer, half) : known);
  }

  private Loaded load(int layer, Layer half) throws IOException {
    return load(scope -> List.of(library.loadApart(scope, layer, half)));
  }

  /** Reads weights into a memory. */
  @FunctionalInterface
  private interface Reader {
    List<BlockWeights> into(DeviceMemory scope) throws IOException;
  }

  /** Keeps nothing of weights for which the device has too little memory. */
  private Loaded load(Reader reader) throws IOException {
    DeviceMemory scope = memory.newScope();
    boolean read = false;
    try {
      Loaded loaded = loaded(scope, reader.into(scope));
      read = true;
      return loaded;
    } finally {
      if (!read) {
        scope.close();
      }
    }
  }

  private List<BlockWeights> whole(Replacement replacement) throws IOException {
    Key key = new Key(replacement, false);
    Loaded known = kept.remove(key);
    if (known != null) {
      return keep(key, known);
    }
    return keep(key, load(scope -> library.load(scope, replacement)));
  }

  private Loaded loaded(DeviceMemory scope, List<BlockWeights> weights) {
    long size =
        weights.stream()
                .flatMap(one -> one.all().values().stream())
                .mapToLong(DeviceTensor::elements)
                .sum()
            * Float.BYTES;
    bytes += size;
    return new Loaded(scope, weights, size);
  }

  private List<BlockWeights> keep(Key key, Loaded loaded) {
    kept.put(key, loaded);
    return loaded.weights();
  }

  /** Frees what was not used for the longest time; this many of the latest stay. */
  private void evictFor(int latest) {
    Iterator<Loaded> oldest = kept.values().iterator();
    int left = kept.size();
    while (bytes > mostBytes && left > latest && oldest.hasNext()) {
      Loaded loaded = oldest.next();
      bytes -= loaded.bytes();
      loaded.memory().close();
      oldest.remove();
      left--;
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
