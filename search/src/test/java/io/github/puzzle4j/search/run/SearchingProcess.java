package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs a search in a folder of a {@link SmallRun}, and prints a line for each step of a stage. */
final class SearchingProcess implements Progress {

  private SearchingProcess() {}

  public static void main(String[] arguments) throws IOException {
    SmallRun small = SmallRun.at(Path.of(arguments[0]));
    try (Search search =
        Search.open(
            small.plan(DamagedRun.PLAN),
            small.run(),
            new SearchingProcess(),
            ComputeDevice.processor(),
            TaskVersions.current())) {
      search.run();
    }
  }

  @Override
  public ProgressTask start(String stage, long totalSteps) {
    System.out.println(stage);
    return new ProgressTask() {
      @Override
      public void step(long steps) {
        System.out.println(stage);
      }

      @Override
      public void note(String what) {}

      @Override
      public void warn(String what) {}

      @Override
      public void close() {}
    };
  }

  @Override
  public List<StageTime> stageTimes() {
    return List.of();
  }
}
