package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Ends a run, wherever it is, when activations are read for so many times. */
final class KillingStore implements ActivationStore {

  private final ActivationStore store;
  private int readsLeft;

  /** How often activations may still be read. */
  int readsLeft() {
    return readsLeft;
  }

  KillingStore(ActivationStore store, int reads) {
    this.store = store;
    this.readsLeft = reads;
  }

  @Override
  public BoundaryActivations keep(
      NDManager parent, String name, List<Shape> shapes, Producer producer) throws IOException {
    return new Killing(store.keep(parent, name, shapes, producer));
  }

  @Override
  public Optional<BoundaryActivations> find(String name, List<Shape> shapes) {
    return store.find(name, shapes).map(Killing::new);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private final class Killing implements BoundaryActivations {

    private final BoundaryActivations kept;

    Killing(BoundaryActivations kept) {
      this.kept = kept;
    }

    @Override
    public int batches() {
      return kept.batches();
    }

    @Override
    public NDArray batch(NDManager scope, int index) {
      if (readsLeft == 0) {
        throw new IllegalStateException("killed");
      }
      readsLeft--;
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
