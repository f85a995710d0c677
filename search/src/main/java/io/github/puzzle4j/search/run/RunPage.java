package io.github.puzzle4j.search.run;

import io.github.puzzle4j.search.page.PageRun;
import io.github.puzzle4j.search.page.ReportPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The page of runs, made from the rows of their files. */
public final class RunPage {

  /** More than can be told apart in a chart. */
  private static final int MOST_LOSSES = 40;

  private RunPage() {}

  /** Writes the page of a run or sweep into its folder. */
  public static void write(RunDirectory directory) throws IOException {
    write(directory.report(), List.of(directory));
  }

  /** Writes a page of several runs and sweeps, side by side. */
  public static void write(Path file, List<RunDirectory> directories) throws IOException {
    List<PageRun> runs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (RunDirectory directory : directories) {
      Path folder = directory.root().toAbsolutePath().normalize().getFileName();
      String name = folder == null ? "run" : folder.toString();
      PageRun run = new PageRun(names.contains(name) ? directory.root().toString() : name);
      names.add(name);
      new RunRows(directory, MOST_LOSSES, run).write();
      runs.add(run);
    }
    ReportPage.write(file, String.join(", ", names), runs);
  }
}
