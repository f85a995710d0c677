package io.github.puzzle4j.search.progress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures the finished stages. */
final class TimedStages {

  private final List<StageTime> times = new ArrayList<>();

  synchronized void add(String stage, Duration duration) {
    times.add(new StageTime(stage, duration));
  }

  synchronized List<StageTime> list() {
    return List.copyOf(times);
  }
}
