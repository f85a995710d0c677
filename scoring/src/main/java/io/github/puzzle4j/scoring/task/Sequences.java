package io.github.puzzle4j.scoring.task;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Passes token ids of unequal lengths through a model, those of similar length together. */
final class Sequences {

  private final DeviceMemory memory;
  private final LanguageModel model;
  private final IntUnaryOperator rowsAtOnce;

  Sequences(DeviceMemory memory, LanguageModel model, IntUnaryOperator rowsAtOnce) {
    this.memory = memory;
    this.model = model;
    this.rowsAtOnce = rowsAtOnce;
  }

  /**
   * The logarithm of the probability of the end of each sequence, given its beginning.
   *
   * @param from where the ends begin, at least 1
   * @param done told the number of sequences after each batch
   */
  List<Double> logLikelihoods(List<int[]> ids, List<Integer> from, IntConsumer done) {
    List<Integer> order =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparingInt(place -> -ids.get(place).length))
            .toList();
    SortedMap<Integer, Double> values = new TreeMap<>();
    int at = 0;
    while (at < order.size()) {
      int rows = rowsAtOnce.applyAsInt(ids.get(order.get(at)).length);
      List<Integer> places = order.subList(at, Math.min(order.size(), at + rows));
      List<Double> computed =
          logLikelihoods(
              places.stream().map(ids::get).toList(), places.stream().map(from::get).toList());
      for (int i = 0; i < places.size(); i++) {
        values.put(places.get(i), computed.get(i));
      }
      at += rows;
      done.accept(places.size());
    }
    return List.copyOf(values.values());
  }

  /** Of sequences that go through the model together. */
  private List<Double> logLikelihoods(List<int[]> ids, List<Integer> from) {
    List<float[]> weights =
        IntStream.range(0, ids.size())
            .mapToObj(row -> weights(ids.get(row).length, from.get(row)))
            .toList();
    TokenBatch batch = new TokenBatch(ids, weights, model.model().common().vocabularySize());
    try (DeviceMemory scope = memory.newScope()) {
      DeviceTensor hidden = model.hidden(batch.ids(scope));
      LanguageHead head = model.head();
      float[] losses =
          head.compare(List.of(hidden), head, hidden, batch, List.of(Metric.LM_LOSS))
              .getFirst()
              .getFirst();
      List<Double> sums = new ArrayList<>();
      for (int row = 0; row < batch.rows(); row++) {
        double sum = 0;
        for (int t = 0; t < batch.tokens(); t++) {
          sum -= batch.weight(row, t) > 0 ? losses[row * batch.tokens() + t] : 0;
        }
        sums.add(sum);
      }
      return sums;
    }
  }

  private static float[] weights(int tokens, int from) {
    float[] weights = new float[tokens];
    Arrays.fill(weights, from, tokens, 1);
    return weights;
  }
}
