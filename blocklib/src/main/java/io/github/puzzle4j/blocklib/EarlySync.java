package io.github.puzzle4j.blocklib;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sends to the disk what is written of a file while the rest of it is made, so that little is left
 * to wait for at the end. For one writing thread.
 */
final class EarlySync implements AutoCloseable {

  /** As much as is sent at a time. */
  static final long PIECE_BYTES = 32L << 20;

  private final Sync sync;
  private final long pieceBytes;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
  private long waiting;

  /** Waits until everything that is written so far is on the disk. */
  @FunctionalInterface
  interface Sync {
    void run() throws IOException;
  }

  EarlySync(Sync sync, long pieceBytes) {
    this.sync = sync;
    this.pieceBytes = pieceBytes;
  }

  /**
   * Begins to send when there is enough, unless the piece before is still under way.
   *
   * @throws IOException if the piece before failed
   */
  void written(long bytes) throws IOException {
    waiting += bytes;
    if (waiting >= pieceBytes && running.isDone()) {
      await();
      waiting = 0;
      running = CompletableFuture.runAsync(this::send, Thread.ofPlatform().daemon()::start);
    }
  }

  /**
   * Waits for what is under way.
   *
   * @throws IOException if it failed: the system may not report that a second time
   */
  void await() throws IOException {
    try {
      running.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw failed;
    }
  }

  /** Waits, too; the file may be closed afterwards. */
  @Override
  public void close() {
    running.handle((_, _) -> "ended").join();
  }

  private void send() {
    try {
      sync.run();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
