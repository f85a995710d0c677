package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Sequences of one length for one pass through a model, and how much each prediction counts.
 *
 * <p>Position {@code t} predicts the token at {@code t + 1}; the last position predicts nothing.
 */
public final class TokenBatch {

  private final int rows;
  private final int tokens;
  private final long[] ids;
  private final float[] weights;

  /**
   * Packs sequences; shorter ones are filled up at the end, where causal attention cannot see.
   *
   * @param sequences token ids of each sequence
   * @param targetWeights for each sequence how much the prediction <em>of</em> each of its tokens
   *     counts; the first one's is not used
   * @param vocabularySize ids must be below
   * @throws IllegalArgumentException if an id is out of range or lengths do not match
   */
  public TokenBatch(List<int[]> sequences, List<float[]> targetWeights, int vocabularySize) {
    if (sequences.isEmpty() || sequences.size() != targetWeights.size()) {
      throw new IllegalArgumentException(
          "%d sequences with %d lists of weights"
              .formatted(sequences.size(), targetWeights.size()));
    }
    rows = sequences.size();
    tokens = Math.max(1, sequences.stream().mapToInt(row -> row.length).max().orElse(1));
    ids = new long[rows * tokens];
    weights = new float[rows * tokens];
    for (int row = 0; row < rows; row++) {
      fill(row, sequences.get(row), targetWeights.get(row), vocabularySize);
    }
  }

  /**
   * Packs sequences in which every token but the first is predicted.
   *
   * @throws IllegalArgumentException if an id is out of range
   */
  public static TokenBatch ofAllTokens(List<int[]> sequences, int vocabularySize) {
    List<float[]> weights =
        sequences.stream()
            .map(sequence -> {
              float[] ones = new float[sequence.length];
              Arrays.fill(ones, 1);
              return ones;
            })
            .toList();
    return new TokenBatch(sequences, weights, vocabularySize);
  }

  private void fill(int row, int[] sequence, float[] targetWeights, int vocabularySize) {
    if (sequence.length != targetWeights.length) {
      throw new IllegalArgumentException(
          "sequence %d has %d ids and %d weights"
              .formatted(row, sequence.length, targetWeights.length));
    }
    for (int t = 0; t < sequence.length; t++) {
      if (sequence[t] < 0 || sequence[t] >= vocabularySize) {
        throw new IllegalArgumentException(
            "token id %d in sequence %d is outside of the vocabulary of %d"
                .formatted(sequence[t], row, vocabularySize));
      }
      ids[row * tokens + t] = sequence[t];
      if (t > 0) {
        weights[row * tokens + t - 1] = targetWeights[t];
      }
    }
  }

  /** SHA-256 of all token ids and of their division into batches, in hexadecimal digits. */
  public static String digest(List<TokenBatch> batches) {
    MessageDigest digest = Digests.sha256();
    for (TokenBatch batch : batches) {
      ByteBuffer bytes = ByteBuffer.allocate(8 + batch.ids.length * Long.BYTES);
      bytes.putInt(batch.rows).putInt(batch.tokens).asLongBuffer().put(batch.ids);
      digest.update(bytes.array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Sequences. */
  public int rows() {
    return rows;
  }

  /** Tokens of each sequence, filling included. */
  public int tokens() {
    return tokens;
  }

  /** The token id at a position. */
  int id(int row, int position) {
    return Math.toIntExact(ids[row * tokens + position]);
  }

  /** Token ids, int64 {@code [rows, tokens]}. */
  public DeviceTensor ids(DeviceMemory memory) {
    return memory.longs(ids, rows, tokens);
  }

  /** What each position should predict, int64 {@code [rows, tokens]}; the last column is unused. */
  public DeviceTensor targets(DeviceMemory memory) {
    long[] targets = new long[ids.length];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(ids, row * tokens + 1, targets, row * tokens, tokens - 1);
    }
    return memory.longs(targets, rows, tokens);
  }

  /** How much each position's prediction counts, float32 {@code [rows, tokens]}. */
  public DeviceTensor weights(DeviceMemory memory) {
    return memory.floats(weights, rows, tokens);
  }

  /**
   * The same over their mean, so that a mean over positions, weighted by them, is one over what
   * counts.
   */
  DeviceTensor relativeWeights(DeviceMemory memory) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    float[] relative = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      relative[i] = (float) (weights[i] * weights.length / sum);
    }
    return memory.floats(relative, rows, tokens);
  }

  /** How much the prediction made at a position counts; 0 for filling and for the last one. */
  public float weight(int row, int position) {
    return weights[row * tokens + position];
  }
}
