package io.github.puzzle4j.search.run;

import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.rows.CandidateRows;
import io.github.puzzle4j.search.rows.LossRows;
import io.github.puzzle4j.search.rows.ReportRows;
import io.github.puzzle4j.search.rows.RunTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Fills the tables from the files of a run directory; what is in its store is left to others. */
public final class RunRows {

  private final RunDirectory directory;
  private final int mostLosses;
  private final RunTable.Sink sink;

  /** Rows of a run, which may be a sweep and need not be finished. */
  public RunRows(RunDirectory directory, RunTable.Sink sink) {
    this(directory, Integer.MAX_VALUE, sink);
  }

  /** The same with so many losses of each training at most. */
  RunRows(RunDirectory directory, int mostLosses, RunTable.Sink sink) {
    this.directory = directory;
    this.mostLosses = mostLosses;
    this.sink = sink;
  }

  /** Writes all tables that are not in the store. */
  public void write() throws IOException {
    if (!Files.exists(directory.sweep())) {
      boolean done = Files.exists(directory.figures());
      sink.add(RunTable.POINTS, "", done ? "done" : "missing", "");
      search("", directory);
      return;
    }
    SweepReport sweep = ReportFile.readSweep(directory.sweep());
    for (SweepReport.Point point : sweep.points()) {
      String status = point.status().name().toLowerCase(Locale.ROOT);
      sink.add(RunTable.POINTS, point.name(), status, point.reason());
      for (int i = 0; i < sweep.axes().size(); i++) {
        sink.add(
            RunTable.POINT_VALUES, point.name(), sweep.axes().get(i).keys(), point.values().get(i));
      }
      search(point.name(), directory.point(point.name()));
    }
  }

  private void search(String point, RunDirectory search) throws IOException {
    for (Path problem : search.problems()) {
      CandidateRows.write(point, problem, sink);
    }
    if (Files.exists(search.losses())) {
      new LossRows(point, ReportFile.readLosses(search.losses()), mostLosses, sink).write();
    }
    if (Files.exists(search.figures())) {
      new ReportRows(point, ReportFile.readJson(search.figures()), sink).write();
    }
  }
}
