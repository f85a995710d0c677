package io.github.puzzle4j.search.evaluate;

import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.task.TaskResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What was measured of a model.
 *
 * @param text on text; empty if there was none
 * @param more metrics that were asked for beyond those that are always measured
 * @param questions results by task
 */
public record ModelMeasurement(
    Optional<Evaluation> text, List<Metric> more, SequencedMap<String, TaskResult> questions) {

  public ModelMeasurement {
    more = List.copyOf(more);
    questions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(questions));
  }
}
