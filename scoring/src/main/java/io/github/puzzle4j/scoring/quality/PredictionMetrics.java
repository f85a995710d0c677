package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The metrics of each prediction of one batch, as Java arrays. */
final class PredictionMetrics {

  private final TokenBatch batch;
  private final Map<Metric, float[]> values;

  private PredictionMetrics(TokenBatch batch, Map<Metric, float[]> values) {
    this.batch = batch;
    this.values = values;
  }

  /**
   * Of several models.
   *
   * @param head of all of them
   * @param models hidden states after the last layer
   * @param teacherHead head of the teacher, possibly the same
   * @param teacher the teacher's hidden states
   */
  static List<PredictionMetrics> of(
      LanguageHead head,
      List<DeviceTensor> models,
      LanguageHead teacherHead,
      DeviceTensor teacher,
      TokenBatch batch,
      List<Metric> metrics) {
    return head.compare(models, teacherHead, teacher, batch, metrics).stream()
        .map(computed -> {
          Map<Metric, float[]> values = new EnumMap<>(Metric.class);
          for (int i = 0; i < metrics.size(); i++) {
            values.put(metrics.get(i), computed.get(i));
          }
          return new PredictionMetrics(batch, values);
        })
        .toList();
  }

  /** Of each metric that was computed the part of each sequence. */
  Map<Metric, List<Score.Part>> parts() {
    Map<Metric, List<Score.Part>> parts = new EnumMap<>(Metric.class);
    values.keySet().forEach(metric -> parts.put(metric, parts(metric)));
    return parts;
  }

  /** Whether the prediction made at a position is the likeliest token. */
  boolean isTop(int row, int position) {
    return value(Metric.TOP1, row, position) > 0;
  }

  private List<Score.Part> parts(Metric metric) {
    List<Score.Part> parts = new ArrayList<>(batch.rows());
    for (int row = 0; row < batch.rows(); row++) {
      double sum = 0;
      long tokens = 0;
      for (int t = 0; t < batch.tokens(); t++) {
        if (batch.weight(row, t) > 0) {
          sum += value(metric, row, t);
          tokens++;
        }
      }
      parts.add(new Score.Part(sum, tokens));
    }
    return parts;
  }

  private float value(Metric metric, int row, int position) {
    float[] all = Objects.requireNonNull(values.get(metric), metric.id());
    return all[row * batch.tokens() + position];
  }
}
