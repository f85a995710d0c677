package io.github.puzzle4j.search.sweep;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.SealedJson;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says in the folder of a point that it is done; written last.
 *
 * @param schema version of this file
 * @param plan digest of the plan
 * @param versions of the algorithms
 * @param outOfReach targets whose budget nothing fits; else empty
 */
record FinishedPoint(int schema, String plan, TaskVersions versions, String outOfReach) {

  private static final int SCHEMA = 1;
  private static final String FILE = "point.json";

  /** What is found in a folder. */
  record Found(String outOfReach, SweepReport.Results results) {}

  /** Writes it. */
  static void write(RunDirectory directory, String plan, String outOfReach) throws IOException {
    SealedJson.write(
        file(directory),
        new FinishedPoint(SCHEMA, Digests.of(plan), TaskVersions.current(), outOfReach));
  }

  /**
   * The results of a point that is done by this plan and these algorithms.
   *
   * @param warnings receives a line if a file is damaged, so that the point is done again
   */
  static Optional<Found> read(RunDirectory directory, String plan, Consumer<String> warnings)
      throws IOException {
    if (!Files.exists(file(directory)) || !directory.keeps(plan)) {
      return Optional.empty();
    }
    try {
      FinishedPoint point = SealedJson.read(file(directory), FinishedPoint.class);
      boolean same =
          point.schema == SCHEMA
              && point.plan.equals(Digests.of(plan))
              && point.versions.equals(TaskVersions.current());
      return same
          ? Optional.of(
              new Found(
                  point.outOfReach,
                  SweepReport.Results.of(ReportFile.readJson(directory.figures()))))
          : Optional.empty();
    } catch (InvalidInputException damaged) {
      warnings.accept("%s; the point is done again".formatted(damaged.getMessage()));
      return Optional.empty();
    }
  }

  private static Path file(RunDirectory directory) {
    return directory.root().resolve(FILE);
  }
}
