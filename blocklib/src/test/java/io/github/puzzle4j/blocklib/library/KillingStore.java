package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.train.ActivationStore;

/** Ends a run, wherever it is, when activations are read for so many times. */
final class KillingStore extends WatchedStore {

  private int readsLeft;

  KillingStore(ActivationStore store, int reads) {
    super(store);
    this.readsLeft = reads;
  }

  /** How often activations may still be read. */
  int readsLeft() {
    return readsLeft;
  }

  @Override
  void beforeRead() {
    if (readsLeft == 0) {
      throw new IllegalStateException("killed");
    }
    readsLeft--;
  }
}
