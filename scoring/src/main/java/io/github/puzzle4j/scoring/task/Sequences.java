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

  /** Computes some values of the sequences at these places. */
  @FunctionalInterface
  private interface Part<T> {
    List<T> of(DeviceMemory scope, List<Integer> places);
  }

  private <T> List<T> inBatches(List<int[]> ids, IntConsumer done, Part<T> part) {
    List<Integer> order =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparingInt(place -> -ids.get(place).length))
            .toList();
    SortedMap<Integer, T> values = new TreeMap<>();
    int from = 0;
    while (from < order.size()) {
      int rows = rowsAtOnce.applyAsInt(ids.get(order.get(from)).length);
      List<Integer> places = order.subList(from, Math.min(order.size(), from + rows));
      try (DeviceMemory scope = memory.newScope()) {
        List<T> computed = part.of(scope, places);
        for (int i = 0; i < places.size(); i++) {
          values.put(places.get(i), computed.get(i));
        }
      }
      from += rows;
      done.accept(places.size());
    }
    return List.copyOf(values.values());
  }

  /**
   * The logarithm of the probability of the end of each sequence, given its beginning.
   *
   * @param from where the ends begin, at least 1
   * @param done told the number of sequences after each batch
   */
  List<Double> logLikelihoods(List<int[]> ids, List<Integer> from, IntConsumer done) {
    return inBatches(
        ids,
        done,
        (scope, places) -> {
          TokenBatch batch =
              new TokenBatch(
                  places.stream().map(ids::get).toList(),
                  places.stream()
                      .map(place -> weights(ids.get(place).length, from.get(place)))
                      .toList(),
                  model.model().common().vocabularySize());
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
        });
  }

  private static float[] weights(int tokens, int from) {
    float[] weights = new float[tokens];
    Arrays.fill(weights, from, tokens, 1);
    return weights;
  }

  /** The likeliest token behind each sequence; of equally likely ones that of least id. */
  List<Integer> next(List<int[]> ids) {
    return inBatches(
        ids,
        rows -> {},
        (scope, places) -> {
          List<int[]> rows = places.stream().map(ids::get).toList();
          TokenBatch batch = TokenBatch.ofAllTokens(rows, model.model().common().vocabularySize());
          DeviceTensor hidden = model.hidden(batch.ids(scope));
          long[] last =
              IntStream.range(0, rows.size())
                  .mapToLong(row -> (long) row * batch.tokens() + rows.get(row).length - 1)
                  .toArray();
          DeviceTensor behind =
              hidden
                  .reshape(1, (long) batch.rows() * batch.tokens(), hidden.size(2))
                  .take(1, scope.longs(last, last.length));
          return Arrays.stream(model.head().logits(behind).argMax().toLongs())
              .mapToObj(Math::toIntExact)
              .toList();
        });
  }
}
