package io.github.puzzle4j.search.llamacpp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * What llama.cpp does at this moment. At the end of a process its library is torn down while its
 * threads go on, which crashes the JVM; so an interrupted one waits for them, for a while.
 */
final class RunningRequests {

  /** Longer than any request takes that is made for a profile; not for large models at large. */
  private static final long MOST_SECONDS = 10;

  /** Those that run hold its read lock; the end of the process takes its write lock. */
  private static final ReentrantReadWriteLock GATE = new ReentrantReadWriteLock();

  private RunningRequests() {}

  static <T> T run(Supplier<T> request) {
    GATE.readLock().lock();
    try {
      return request.get();
    } finally {
      GATE.readLock().unlock();
    }
  }

  static void run(Runnable request) {
    run(() -> {
      request.run();
      return "done";
    });
  }

  /** To be called once. */
  static void finishBeforeExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(RunningRequests::shut));
  }

  /** Requests that come later wait for ever, that is, for the end of the process. */
  private static void shut() {
    try {
      boolean _ = GATE.writeLock().tryLock(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
