package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;

/** The metrics of each prediction of one batch, as Java arrays. */
final class PredictionMetrics {

  private final TokenBatch batch;
  private final float[] values;

  /**
   * The metrics of a batch.
   *
   * @param values each metric at all positions, row by row: divergence, loss, and possibly rank
   */
  PredictionMetrics(TokenBatch batch, float[] values) {
    this.batch = batch;
    this.values = values;
  }

  /** Of several models without the ranks of targets, from hidden states after the last layer. */
  static List<PredictionMetrics> withoutRanks(
      LanguageHead head, TokenBatch batch, List<DeviceTensor> models, DeviceTensor teacher) {
    return head.divergences(models, teacher, batch).stream()
        .map(values -> new PredictionMetrics(batch, values))
        .toList();
  }

  /** Of each metric that was computed the part of each sequence. */
  Map<Metric, List<Score.Part>> parts() {
    Map<Metric, List<Score.Part>> parts = new EnumMap<>(Metric.class);
    parts.put(Metric.KL_DIVERGENCE, divergence());
    parts.put(Metric.LM_LOSS, loss());
    return parts;
  }

  /** KL divergence from the teacher of each sequence, nats. */
  List<Score.Part> divergence() {
    return parts(0);
  }

  /** Negative log likelihood of each sequence, nats. */
  List<Score.Part> loss() {
    return parts(1);
  }

  /** Predictions of each sequence whose target is among the likeliest {@code k}. */
  List<Score.Part> hits(int k) {
    return parts(2, rank -> rank < k);
  }

  /** Whether the prediction made at a position is the likeliest token. */
  boolean isTop(int row, int position) {
    return value(2, row, position) < 1;
  }

  private List<Score.Part> parts(int metric) {
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

  private List<Score.Part> parts(int metric, DoublePredicate counts) {
    List<Score.Part> parts = new ArrayList<>(batch.rows());
    for (int row = 0; row < batch.rows(); row++) {
      long hits = 0;
      long tokens = 0;
      for (int t = 0; t < batch.tokens(); t++) {
        if (batch.weight(row, t) > 0) {
          hits += counts.test(value(metric, row, t)) ? 1 : 0;
          tokens++;
        }
      }
      parts.add(new Score.Part(hits, tokens));
    }
    return parts;
  }

  private float value(int metric, int row, int position) {
    return values[(metric * batch.rows() + row) * batch.tokens() + position];
  }
}
