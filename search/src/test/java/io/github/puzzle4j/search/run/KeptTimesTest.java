package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTimesTest {

  @TempDir Path folder;
  private Instant now = Instant.EPOCH;
  private final List<String> warnings = new ArrayList<>();

  /** Of one process, by the clock of the test. */
  private final class OfOneProcess implements Progress {

    private final List<StageTime> times = new ArrayList<>();

    @Override
    public ProgressTask start(String stage, long totalSteps) {
      Instant began = now;
      return new ProgressTask() {
        @Override
        public void step(long steps) {}

        @Override
        public void note(String what) {}

        @Override
        public void warn(String what) {}

        @Override
        public void close() {
          times.add(new StageTime(stage, Duration.between(began, now)));
        }
      };
    }

    @Override
    public void warn(String what) {
      warnings.add(what);
    }

    @Override
    public List<StageTime> stageTimes() {
      return List.copyOf(times);
    }
  }

  private Path file() {
    return folder.resolve("times.json");
  }

  private KeptTimes process() throws IOException {
    return KeptTimes.of(file(), new OfOneProcess(), 0, () -> now);
  }

  private static StageTime time(String stage, int seconds) {
    return new StageTime(stage, Duration.ofSeconds(seconds));
  }

  @Test
  void stagesThatWereKilledCount() throws IOException {
    KeptTimes killed = process();
    try (ProgressTask read = killed.start("read text", 1)) {
      now = now.plusSeconds(5);
      read.step(1);
    }
    ProgressTask distill = killed.start("distill", 100);
    for (int step = 0; step < 7; step++) {
      now = now.plusSeconds(10);
      distill.step(1);
    }

    KeptTimes resumed = process();
    assertThat(resumed.stageTimes()).containsExactly(time("read text", 5), time("distill", 60));
    assertThat(resumed.earlier()).isEqualTo(Duration.ofSeconds(65));
    assertThat(resumed.ofThisProcess()).isEmpty();
    try (ProgressTask again = resumed.start("distill", 100)) {
      now = now.plusSeconds(20);
      again.step(1);
    }

    assertThat(resumed.stageTimes()).containsExactly(time("read text", 5), time("distill", 80));
    assertThat(process().stageTimes()).isEqualTo(resumed.stageTimes());
    assertThat(warnings).isEmpty();
  }

  @Test
  void aDamagedFileCostsTheTimesAlone() throws IOException {
    Files.writeString(file(), "{\"stages\": []}");

    KeptTimes process = process();
    try (ProgressTask score = process.start("score", 1)) {
      now = now.plusSeconds(3);
      score.step(1);
    }

    assertThat(warnings).singleElement().asString().endsWith("times begin anew");
    assertThat(process().stageTimes()).containsExactly(time("score", 3));
  }
}
