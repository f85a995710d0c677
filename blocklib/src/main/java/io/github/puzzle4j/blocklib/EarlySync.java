package io.github.puzzle4j.blocklib;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sends to the disk what is written of a file while the rest of it is made, so that little is left
 * to wait for at the end. For one writing thread.
 */
final class EarlySync implements AutoCloseable {

  private static final long PIECE_BYTES = 32L << 20;

  private final FileChannel channel;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
  private long waiting;

  EarlySync(FileChannel channel) {
    this.channel = channel;
  }

  /** Begins to send when there is enough, unless the piece before is still under way. */
  void written(long bytes) throws IOException {
    waiting += bytes;
    if (waiting >= PIECE_BYTES && running.isDone()) {
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
      throw failed.getCause() instanceof UncheckedIOException io
          ? io.getCause()
          : new IOException(failed);
    }
  }

  /** The channel may be closed afterwards. */
  @Override
  public void close() {
    running.handle((_, _) -> "ended").join();
  }

  private void send() {
    try {
      channel.force(false);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
