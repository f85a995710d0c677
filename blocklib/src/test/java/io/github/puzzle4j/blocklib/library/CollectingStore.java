package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.train.ActivationStore;
import java.nio.ByteBuffer;

/**
 * Collects garbage at every third time that activations are read, which is also between the forward
 * and the backward pass of steps: what native code still needs must not be among it.
 */
final class CollectingStore extends WatchedStore {

  private static final int READS = 3;

  private int reads;

  CollectingStore(ActivationStore store) {
    super(store);
  }

  /** Twice, since the first one only begins to free what is outside the heap. */
  static void collect() {
    System.gc();
    ByteBuffer[] overwriting = new ByteBuffer[64];
    for (int i = 0; i < overwriting.length; i++) {
      overwriting[i] = ByteBuffer.allocateDirect(Float.BYTES).putFloat(0, Float.NaN);
    }
    System.gc();
  }

  @Override
  void beforeRead() {
    reads++;
    if (reads % READS == 0) {
      collect();
    }
  }
}
