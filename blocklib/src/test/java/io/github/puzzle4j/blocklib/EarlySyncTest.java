package io.github.puzzle4j.blocklib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EarlySyncTest {

  @Test
  void piecesAreSentAndOneAtATime() throws IOException {
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch disk = new CountDownLatch(1);
    EarlySync.Sync slow =
        () -> {
          sent.incrementAndGet();
          try {
            disk.await();
          } catch (InterruptedException stopped) {
            throw new IOException(stopped);
          }
        };
    try (EarlySync early = new EarlySync(slow, 10)) {
      early.written(9);
      assertThat(sent).hasValue(0);
      for (int piece = 0; piece < 5; piece++) {
        early.written(10);
      }
      disk.countDown();
      early.await();
      assertThat(sent).hasValue(1);
      early.written(1);
      early.await();
      assertThat(sent).hasValue(2);
    }
  }

  @Test
  void aPieceThatFailsIsReportedOnceTheNextIsDue() {
    EarlySync.Sync full =
        () -> {
          throw new IOException("No space left on device");
        };
    try (EarlySync early = new EarlySync(full, 10)) {
      assertThatThrownBy(
              () -> {
                early.written(10);
                early.await();
              })
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");
      assertThatThrownBy(() -> early.written(10)).hasMessage("No space left on device");
    }
  }
}
