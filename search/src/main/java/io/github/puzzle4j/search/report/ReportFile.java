package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.SealedJson;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** The files of a report: the data as JSON, from which the page can be written again. */
public final class ReportFile {

  private ReportFile() {}

  /** Writes the data. */
  public static void writeJson(Path file, ReportData data) throws IOException {
    SealedJson.write(file, data);
  }

  /**
   * Reads data that {@link #writeJson} wrote.
   *
   * @throws InvalidInputException if the file is missing, is not what was written, or is of another
   *     release
   */
  public static ReportData readJson(Path file) throws IOException {
    JsonNode tree = Json.readTree(file);
    JsonNode schema = tree.path("schema");
    if (schema.isInt() && schema.intValue() != ReportData.SCHEMA) {
      throw new InvalidInputException(
          "%s: report of schema %d; this release reads %d: run the search again with it, in a new --out"
              .formatted(file, schema.intValue(), ReportData.SCHEMA));
    }
    return sealed(file, ReportData.class);
  }

  /**
   * Reads what became of a sweep so far.
   *
   * @throws InvalidInputException if the file is missing, is not what was written, or is of another
   *     release
   */
  public static SweepReport readSweep(Path file) throws IOException {
    return sealed(file, SweepReport.class);
  }

  /**
   * Reads the losses of trainings.
   *
   * @throws InvalidInputException if the file is missing, is not what was written, or is of another
   *     release
   */
  public static TrainingLosses readLosses(Path file) throws IOException {
    return sealed(file, TrainingLosses.class);
  }

  private static <T> T sealed(Path file, Class<T> type) throws IOException {
    try {
      return SealedJson.read(file, type);
    } catch (InvalidInputException damaged) {
      throw new InvalidInputException(
          damaged.getMessage() + "; run the search again, which writes it from what is stored",
          damaged);
    }
  }
}
