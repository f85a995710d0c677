package io.github.puzzle4j.search.bench.memory;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks at the resident memory of this process every few milliseconds, on Linux. Anonymous memory
 * (heap, native arrays, code) is what a process needs; pages of mapped files the system takes back
 * when it wants to.
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
   * Begins to look.
   *
   * @throws InvalidInputException if this system does not tell
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

  /** The most anonymous memory so far, bytes. */
  public long peakAnonymousBytes() {
    return anonymous.get();
  }

  /** The most pages of mapped files so far, bytes. */
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
