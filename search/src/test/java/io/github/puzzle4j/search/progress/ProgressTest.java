package io.github.puzzle4j.search.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

  private Instant now = Instant.EPOCH;
  private final List<String> lines = new ArrayList<>();
  private final Progress progress = new LineProgress(lines::add, lines::add, () -> now);

  @Test
  void linesShowRateAndRemainingTimeEveryTenSeconds() {
    try (ProgressTask task = progress.start("distill", 100)) {
      task.note("L3 gqa_2");
      for (int step = 0; step < 50; step++) {
        now = now.plusMillis(500);
        task.step(1);
      }
    }

    assertThat(lines)
        .containsExactly(
            "distill: started",
            "distill: 20 of 100, 2.0/s, 40 s left, L3 gqa_2",
            "distill: 40 of 100, 2.0/s, 30 s left, L3 gqa_2",
            "distill: stopped at 50 of 100 after 25 s");
  }

  @Test
  void aSlowFirstStepIsNoEstimate() {
    try (ProgressTask task = progress.start("distill", 100)) {
      now = now.plusSeconds(20);
      task.step(1);
      now = now.plusSeconds(10);
      task.step(10);
    }

    assertThat(lines)
        .containsExactly(
            "distill: started",
            "distill: 1 of 100, 0.1/s",
            "distill: 11 of 100, 1.0/s, 1 min 29 s left",
            "distill: stopped at 11 of 100 after 30 s");
  }

  @Test
  void whatAResumedStageFindsInItsStoreIsNoEstimate() {
    try (ProgressTask task = progress.start("distill", 1000)) {
      for (int step = 0; step < 900; step++) {
        now = now.plusMillis(1);
        task.step(1);
      }
      for (int step = 0; step < 10; step++) {
        now = now.plusSeconds(2);
        task.step(1);
      }
    }

    assertThat(lines)
        .containsExactly(
            "distill: started",
            "distill: 905 of 1000, 0.5/s, 3 min 10 s left",
            "distill: 910 of 1000, 0.5/s, 3 min 00 s left",
            "distill: stopped at 910 of 1000 after 21 s");
  }

  @Test
  void shortStagesPrintTwoLines() {
    try (ProgressTask task = progress.start("solve", 2)) {
      now = now.plusMillis(400);
      task.step(2);
    }

    assertThat(lines).containsExactly("solve: started", "solve: done in 0.4 s");
  }

  @Test
  void stagesCanBeClosedTwice() {
    ProgressTask task = progress.start("rank", 0);
    now = now.plusSeconds(3);
    task.close();
    task.close();

    assertThat(progress.stageTimes()).containsExactly(new StageTime("rank", Duration.ofSeconds(3)));
    assertThat(lines).hasSize(2);
  }

  @Test
  void barsFitTheTerminalAndEndFull() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Progress bars = Progress.bars(new PrintStream(bytes, true, StandardCharsets.UTF_8), 70);
    try (ProgressTask task = bars.start("score", 4)) {
      task.step(3);
      task.note("L1 noop");
      task.step(1);
    }

    String last = bytes.toString(StandardCharsets.UTF_8).strip();
    last = last.substring(last.lastIndexOf('\r') + 1);
    assertThat(last).contains("score").contains("100%").contains("4/4");
    assertThat(last.length()).isLessThanOrEqualTo(70);
    assertThat(bars.stageTimes()).extracting(StageTime::stage).containsExactly("score");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "9940, 9.9 s",
    "9960, 10 s",
    "59400, 59 s",
    "59600, 1 min 00 s",
    "185000, 3 min 05 s",
    "3599600, 1 h 00 min",
    "7800000, 2 h 10 min"
  })
  void durationsHaveAtMostTwoUnits(long milliseconds, String text) {
    assertThat(DurationText.of(Duration.ofMillis(milliseconds))).isEqualTo(text);
  }
}
