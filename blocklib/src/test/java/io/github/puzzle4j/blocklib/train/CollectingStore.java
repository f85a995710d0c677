package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Collects garbage at every third time that activations are read, which is also between the forward
 * and the backward pass of steps: what native code still needs must not be among it.
 */
final class CollectingStore implements ActivationStore {

  private static final int READS = 3;

  private final ActivationStore store;
  private int reads;

  CollectingStore(ActivationStore store) {
    this.store = store;
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
  public BoundaryActivations keep(
      NDManager parent, String name, List<Shape> shapes, Producer producer) throws IOException {
    return new Collecting(store.keep(parent, name, shapes, producer));
  }

  @Override
  public Optional<BoundaryActivations> find(String name, List<Shape> shapes) {
    return store.find(name, shapes).map(Collecting::new);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private final class Collecting implements BoundaryActivations {

    private final BoundaryActivations kept;

    Collecting(BoundaryActivations kept) {
      this.kept = kept;
    }

    @Override
    public int batches() {
      return kept.batches();
    }

    @Override
    public NDArray batch(NDManager scope, int index) {
      reads++;
      if (reads % READS == 0) {
        collect();
      }
      return kept.batch(scope, index);
    }

    @Override
    public void discard() throws IOException {
      kept.discard();
    }

    @Override
    public void close() {
      kept.close();
    }
  }
}
