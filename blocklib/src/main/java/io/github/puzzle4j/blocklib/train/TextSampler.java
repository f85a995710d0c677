package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws documents from a model's own distribution. Each has random numbers of its own, so that it
 * does not depend on those beside it, and ends where the model ends it or begins another one.
 *
 * @param begin token that every document begins with
 * @param tokens of a document at most, without the first
 * @param temperature by which logits are divided; above 0
 * @param seed of all documents
 */
public record TextSampler(int begin, int tokens, double temperature, long seed) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public TextSampler {
    if (begin < 0 || tokens < 1 || !(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "begin=%d, tokens=%d, temperature=%s".formatted(begin, tokens, temperature));
    }
  }

  /**
   * Draws some documents.
   *
   * @param first number of the first of them
   * @param rows documents, which go through the model together
   * @return the ids of each, without the first token and without that which ends it
   */
  public List<int[]> sample(DeviceMemory memory, LanguageModel model, long first, int rows) {
    List<Integer> ends = model.model().common().specialTokens().end();
    SplittableRandom[] randoms =
        IntStream.range(0, rows)
            .mapToObj(row -> new SplittableRandom(seed * 0x9E3779B97F4A7C15L + first + row))
            .toArray(SplittableRandom[]::new);
    List<List<Integer>> written = new ArrayList<>();
    IntStream.range(0, rows).forEach(_ -> written.add(new ArrayList<>()));
    boolean[] ended = new boolean[rows];
    long[] read = new long[rows];
    Arrays.fill(read, begin);
    try (Decoding decoding = new Decoding(memory, model, rows, tokens)) {
      for (int t = 0; t < tokens && IntStream.range(0, rows).anyMatch(row -> !ended[row]); t++) {
        float[] logits = logits(memory, decoding, read);
        int vocabulary = logits.length / rows;
        for (int row = 0; row < rows; row++) {
          int token = draw(logits, row * vocabulary, vocabulary, randoms[row]);
          ended[row] = ended[row] || token == begin || ends.contains(token);
          if (!ended[row]) {
            written.get(row).add(token);
          }
          read[row] = token;
        }
      }
    }
    return written.stream().map(ids -> ids.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  private static float[] logits(DeviceMemory memory, Decoding decoding, long[] read) {
    try (DeviceMemory scope = memory.newScope()) {
      return decoding.read(scope.longs(read, read.length, 1)).toFloats();
    }
  }

  /** From the softmax of some logits over the temperature. */
  private int draw(float[] logits, int from, int count, SplittableRandom random) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, logits[from + i]);
    }
    double[] sums = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp((logits[from + i] - largest) / temperature);
      sums[i] = sum;
    }
    int at = Arrays.binarySearch(sums, random.nextDouble() * sum);
    return Math.min(count - 1, at < 0 ? -at - 1 : at + 1);
  }
}
