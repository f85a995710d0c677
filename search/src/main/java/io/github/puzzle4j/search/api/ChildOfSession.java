package io.github.puzzle4j.search.api;

import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.search.run.ChildWeights;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A child with weights, as long as its session is open. */
public final class ChildOfSession {

  private final Search search;
  private final String target;
  private final ChildWeights weights;

  ChildOfSession(Search search, String target, ChildWeights weights) {
    this.search = search;
    this.target = target;
    this.weights = weights;
  }

  /** The same after global distillation from the teacher, as the plan has it. */
  public ChildOfSession repaired() throws IOException {
    return new ChildOfSession(search, target, search.children().repair(target, weights));
  }

  /** Its quality on held-out text. */
  public Table measure() throws IOException {
    Evaluation evaluation = search.children().measure(weights);
    Table table = Table.of("metric", "mean", "standard_error");
    for (Map.Entry<Metric, Score> one : evaluation.metrics().entrySet()) {
      table = table.with(one.getKey().id(), one.getValue().mean(), one.getValue().standardError());
    }
    for (Map.Entry<String, Evaluation.Answers> task : evaluation.tasks().entrySet()) {
      table = table.with(task.getKey(), task.getValue().accuracy(), "");
    }
    return table;
  }

  /**
   * Writes it in all formats of the plan, below the target's folder in the run directory: a row
   * with the path for each format, and a row for each thing that a user should know of it.
   */
  public Table export() throws IOException {
    Table table = Table.of("format", "path", "bytes", "note");
    for (ExportSummary one : search.children().export(target, weights)) {
      Path folder = search.directory().target(target).resolve(one.format());
      table = table.with(one.format(), folder.toString(), one.bytes(), "");
      for (String note : one.notes()) {
        table = table.with(one.format(), "", "", note);
      }
    }
    return table;
  }

  @Override
  public String toString() {
    return "child for %s: %,d parameters".formatted(target, weights.child().model().parameters());
  }
}
