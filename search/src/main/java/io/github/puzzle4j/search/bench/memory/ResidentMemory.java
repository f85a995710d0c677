package io.github.puzzle4j.search.bench.memory;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Samples the resident memory of this process every few milliseconds, on Linux. A process needs its
 * anonymous memory (heap, native arrays, code); the system may reclaim pages of mapped files.
 */
public final class ResidentMemory implements AutoCloseable {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int MILLISECONDS = 20;

  private final AtomicLong anonymous = new AtomicLong();
  private final AtomicLong file = new AtomicLong();
  private final Thread watcher;
  private volatile boolean closed;

  private ResidentMemory() {
    watcher = Thread.ofPlatform().daemon().name("resident-memory").unstarted(this::watch);
  }

  /**
   * Starts sampling.
   *
   * @throws InvalidInputException if this system does not report it
   */
  public static ResidentMemory watching() throws IOException {
    if (!Files.isReadable(STATUS)) {
      throw new InvalidInputException(
          "%s: not there; memory is measured on Linux".formatted(STATUS));
    }
    ResidentMemory memory = new ResidentMemory();
    memory.look();
    memory.watcher.start();
    return memory;
  }

  /** Peak of anonymous memory so far, bytes. */
  public long peakAnonymousBytes() {
    return anonymous.get();
  }

  /** Peak of mapped pages so far, bytes. */
  public long peakFileBytes() {
    return file.get();
  }

  private void watch() {
    while (!closed) {
      try {
        look();
        Thread.sleep(MILLISECONDS);
      } catch (IOException | InterruptedException end) {
        return;
      }
    }
  }

  private void look() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("RssAnon:")) {
        anonymous.accumulateAndGet(bytes(line), Math::max);
      } else if (line.startsWith("RssFile:")) {
        file.accumulateAndGet(bytes(line), Math::max);
      }
    }
  }

  private static long bytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
  }

  @Override
  public void close() {
    closed = true;
    watcher.interrupt();
  }
}
