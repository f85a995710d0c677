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
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Says in the folder of a point that it is done; written last.
 *
 * @param schema version of this file
 * @param plan digest of the plan
 * @param versions of the algorithms
 * @param outOfReach targets whose budget nothing fits; else empty
 * @param files digests of its files that have none of their own, by their paths in the folder
 */
record FinishedPoint(
    int schema,
    String plan,
    TaskVersions versions,
    String outOfReach,
    SortedMap<String, String> files) {

  private static final int SCHEMA = 2;
  private static final String FILE = "point.json";

  FinishedPoint {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** What is found in a folder. */
  record Found(String outOfReach, SweepReport.Results results) {}

  /** Writes it. */
  static void write(RunDirectory directory, String plan, String outOfReach) throws IOException {
    SealedJson.write(
        file(directory),
        new FinishedPoint(
            SCHEMA, Digests.of(plan), TaskVersions.current(), outOfReach, problems(directory)));
  }

  private static SortedMap<String, String> problems(RunDirectory directory) throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    for (Path problem : directory.problems()) {
      digests.put(directory.root().relativize(problem).toString(), Digests.of(problem));
    }
    return digests;
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
      if (!same) {
        return Optional.empty();
      }
      point.requireFiles(directory);
      return Optional.of(
          new Found(
              point.outOfReach, SweepReport.Results.of(ReportFile.readJson(directory.figures()))));
    } catch (IOException damaged) {
      warnings.accept("%s; the point is done again".formatted(damaged.getMessage()));
      return Optional.empty();
    }
  }

  private void requireFiles(RunDirectory directory) throws IOException {
    ReportFile.readLosses(directory.losses());
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.root().resolve(file.getKey());
      if (!Files.isRegularFile(path) || !Digests.of(path).equals(file.getValue())) {
        throw new InvalidInputException("%s: changed since it was written".formatted(path));
      }
    }
  }

  private static Path file(RunDirectory directory) {
    return directory.root().resolve(FILE);
  }
}
