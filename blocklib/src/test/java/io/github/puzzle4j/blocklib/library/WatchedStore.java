package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BoundaryActivations;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Does something before each time that activations are read. */
abstract class WatchedStore implements ActivationStore {

  private final ActivationStore store;

  WatchedStore(ActivationStore store) {
    this.store = store;
  }

  /** Is called before a batch is read. */
  abstract void beforeRead();

  @Override
  public final BoundaryActivations keep(
      DeviceMemory parent, String name, List<List<Long>> shapes, Producer producer)
      throws IOException {
    return new Watched(store.keep(parent, name, shapes, producer));
  }

  @Override
  public final Optional<BoundaryActivations> find(String name, List<List<Long>> shapes) {
    return store.find(name, shapes).map(Watched::new);
  }

  @Override
  public final void clear() throws IOException {
    store.clear();
  }

  @Override
  public final void close() throws IOException {
    store.close();
  }

  private final class Watched implements BoundaryActivations {

    private final BoundaryActivations kept;

    Watched(BoundaryActivations kept) {
      this.kept = kept;
    }

    @Override
    public int batches() {
      return kept.batches();
    }

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      beforeRead();
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
