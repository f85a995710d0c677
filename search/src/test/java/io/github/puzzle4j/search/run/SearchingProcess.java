package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs the search of a plan in a folder, and prints a line for each step of a stage. */
final class SearchingProcess implements Progress {

  private SearchingProcess() {}

  public static void main(String[] arguments) throws IOException {
    try (Search search =
        Search.open(
            PlanReader.read(Path.of(arguments[0])),
            Path.of(arguments[1]),
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
