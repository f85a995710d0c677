package io.github.puzzle4j.search.rows;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.MeasureChild;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.quality.ScoreReplacement;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Fills the tables of the results in a store, of all plans that share it. */
public final class StoreRows {

  private final TaskStore store;
  private final RunTable.Sink sink;

  /** Rows of all results of a store. */
  public StoreRows(TaskStore store, RunTable.Sink sink) {
    this.store = store;
    this.sink = sink;
  }

  /** Writes them. */
  public void write() throws IOException {
    for (TaskStore.Manifest manifest : store.manifests(Task.Kind.TRAIN)) {
      training(manifest);
    }
    for (TaskStore.Manifest manifest : store.manifests(Task.Kind.SCORE)) {
      score(manifest);
    }
    for (TaskStore.Manifest manifest : store.manifests(Task.Kind.CHILD)) {
      for (Map.Entry<Metric, List<Score.Part>> entry :
          bind(manifest.value(), MeasureChild.Result.class).metrics().entrySet()) {
        measurement(manifest, "child", entry.getKey(), Score.of(entry.getValue()));
      }
      layers(manifest);
    }
    for (TaskStore.Manifest manifest : store.manifests(Task.Kind.MEASURE)) {
      for (Map.Entry<Metric, Score> entry :
          bind(manifest.value(), Evaluation.class).metrics().entrySet()) {
        measurement(manifest, "measure", entry.getKey(), entry.getValue());
      }
      layers(manifest);
    }
  }

  private static <T> T bind(JsonNode node, Class<T> type) throws IOException {
    return Json.bind("a result in the store", node, type);
  }

  private void training(TaskStore.Manifest manifest) throws IOException {
    for (JsonNode node : manifest.value().path("replacements")) {
      TrainingStatistics one = bind(node, TrainingStatistics.class);
      sink.add(
          RunTable.TRAININGS,
          manifest.key(),
          one.part().id(),
          one.replacement().span().first(),
          one.replacement().span().last(),
          one.variant(),
          one.steps(),
          one.lossBefore(),
          one.lossAfter(),
          one.weights().name().toLowerCase(Locale.ROOT));
    }
  }

  private void score(TaskStore.Manifest manifest) throws IOException {
    Replacement replacement = bind(manifest.task().path("replacement"), Replacement.class);
    for (Map.Entry<Metric, List<Score.Part>> entry :
        bind(manifest.value(), ScoreReplacement.Result.class).metrics().entrySet()) {
      Score score = Score.of(entry.getValue());
      sink.add(
          RunTable.SCORES,
          manifest.key(),
          replacement.span().first(),
          replacement.span().last(),
          replacement.variant(),
          manifest.task().path("text").asString(),
          entry.getKey().id(),
          score.mean(),
          score.standardError(),
          score.tokens());
    }
  }

  private void measurement(TaskStore.Manifest manifest, String kind, Metric metric, Score score)
      throws IOException {
    sink.add(
        RunTable.MEASUREMENTS,
        manifest.key(),
        kind,
        manifest.task().path("text").asString(),
        metric.id(),
        score.mean(),
        score.standardError(),
        score.tokens());
  }

  private void layers(TaskStore.Manifest manifest) throws IOException {
    for (JsonNode node : manifest.task().path("replacements")) {
      Replacement replacement = bind(node, Replacement.class);
      sink.add(
          RunTable.MEASURED_LAYERS,
          manifest.key(),
          replacement.span().first(),
          replacement.span().last(),
          replacement.variant());
    }
  }
}
