package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.query.RunDatabase;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SweepText;
import io.github.puzzle4j.search.report.TerminalReport;
import io.github.puzzle4j.search.rows.RunTable;
import io.github.puzzle4j.search.run.ProblemPath;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.run.RunPage;
import io.github.puzzle4j.search.run.RunStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The results of a run or sweep, as far as there are any. Prints them as the command {@code report}
 * does.
 */
public final class Run {

  private final RunDirectory directory;
  private final Progress progress;

  Run(RunDirectory directory, Progress progress) {
    this.directory = directory;
    this.progress = progress;
  }

  /** The names of its tables, with their numbers of rows and what they are. */
  public Table tables() throws IOException {
    Table table = Table.of("table", "rows", "is");
    try (RunDatabase database = open()) {
      for (Map.Entry<RunTable, Integer> one : database.sizes().entrySet()) {
        table = table.with(one.getKey().id(), one.getValue(), one.getKey().description());
      }
    }
    return table;
  }

  /** All rows of one of its tables. */
  public Table table(String name) throws IOException {
    return query("select * from \"%s\"".formatted(name));
  }

  /**
   * The answer to a question in SQL (DuckDB's), such as {@code select layer, min(loss) from
   * variant_scores group by layer}.
   *
   * @throws InvalidInputException if it is no query of these tables, in one line
   */
  public Table query(String sql) throws IOException {
    try (RunDatabase database = open()) {
      return Table.of(database.query(sql, Optional.empty()));
    }
  }

  private RunDatabase open() throws IOException {
    return RunDatabase.open(directory, progress::warn);
  }

  /** The problems of its targets, as far as they are known; those of a point are in its folder. */
  public List<Problem> problems() throws IOException {
    List<Problem> problems = new ArrayList<>();
    for (Path file : ProblemPath.files(directory.root())) {
      problems.add(new Problem(file.toString(), ProblemPath.read(file)));
    }
    return problems;
  }

  /**
   * Predicted loss of the solver's best choices and measured loss of models, over predicted
   * throughput; without the teacher, whose loss is 0.
   *
   * @param target its number in the plan, counted from 0
   * @throws InvalidInputException if there is no finished run
   */
  public Plot frontier(int target) throws IOException {
    Table best = models("frontier", "predicted_loss", target);
    Table measured = models("models", "loss", target);
    return new Plot(
            "Loss over throughput",
            "predicted tokens per second and GPU",
            "loss, as the plan minimises it",
            List.of())
        .line("best choices, predicted", x(best), best.numbers("y"))
        .points("models, measured", x(measured), measured.numbers("y"));
  }

  private Table models(String table, String loss, int target) throws IOException {
    return query(
        "select tokens_per_second_per_gpu as x, %s as y from %s where target_number = %d and model <> 'teacher' order by x"
            .formatted(loss, table, target));
  }

  private static List<Double> x(Table table) throws InvalidInputException {
    return table.numbers("x");
  }

  /**
   * What is done and what is missing, also while a process works in the folder: the stages whose
   * tasks are known before they run.
   *
   * @throws InvalidInputException if there is no run, or if it is a sweep
   */
  public Table status() throws IOException {
    Table table = Table.of("stage", "done", "of", "computed_again_because");
    for (RunStatus.Stage stage : RunStatus.of(directory, progress::warn).stages()) {
      table =
          table.with(
              stage.name(),
              stage.done(),
              stage.total(),
              stage.reasons().entrySet().stream()
                  .map(reason -> "%s: %d".formatted(reason.getKey(), reason.getValue()))
                  .collect(Collectors.joining(", ")));
    }
    return table;
  }

  /** Writes the page of the report again, and gives its path. */
  public Path report() throws IOException {
    RunPage.write(directory);
    return directory.report();
  }

  @Override
  public String toString() {
    try {
      if (Files.exists(directory.sweep())) {
        return SweepText.of(ReportFile.readSweep(directory.sweep()));
      }
      return Files.exists(directory.figures())
          ? TerminalReport.of(ReportFile.readJson(directory.figures()))
          : "%s: no results yet".formatted(directory.root());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
