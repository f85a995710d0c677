package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.demo.BpeVocabulary.Merge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Trains a byte-level BPE vocabulary: repeatedly merges the most frequent pair of adjacent tokens
 * (Sennrich, Haddow and Birch 2016, arXiv:1508.07909). The result does not depend on the order of
 * the texts.
 */
public final class BpeTrainer {

  /** Pairs that occur less often are not merged. */
  private static final long MIN_COUNT = 2;

  /** A pre-token as token ids, and its number of occurrences. */
  private static final class Piece {
    private int[] ids;
    private final long count;

    Piece(int[] ids, long count) {
      this.ids = ids;
      this.count = count;
    }
  }

  private final List<String> tokens = new ArrayList<>(ByteAlphabet.inOrder());
  private final Map<String, Integer> idOf = new HashMap<>();
  private final List<Piece> pieces = new ArrayList<>();

  private BpeTrainer(Map<String, Long> counts) {
    for (String token : tokens) {
      idOf.put(token, idOf.size());
    }
    counts.forEach((piece, count) -> pieces.add(new Piece(bytes(piece), count)));
  }

  private int[] bytes(String piece) {
    int[] ids = new int[piece.length()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Objects.requireNonNull(idOf.get(piece.substring(i, i + 1)));
    }
    return ids;
  }

  /**
   * Trains on texts.
   *
   * @param vocabularySize maximum number of tokens, including the 256 bytes and the special tokens;
   *     the result is smaller if no pairs are left to merge
   */
  public static BpeVocabulary train(Iterable<String> texts, int vocabularySize) {
    int ordinary = vocabularySize - BpeVocabulary.SPECIAL.size();
    if (ordinary < ByteAlphabet.inOrder().size()) {
      throw new IllegalArgumentException(
          "vocabularySize=%d must be at least %d: bytes and special tokens"
              .formatted(
                  vocabularySize, ByteAlphabet.inOrder().size() + BpeVocabulary.SPECIAL.size()));
    }
    Map<String, Long> counts = new TreeMap<>();
    for (String text : texts) {
      for (String piece : PreTokenizer.split(text)) {
        counts.merge(ByteAlphabet.encode(piece), 1L, Long::sum);
      }
    }
    return new BpeTrainer(counts).train(ordinary);
  }

  private BpeVocabulary train(int most) {
    List<Merge> merges = new ArrayList<>();
    while (tokens.size() < most) {
      long pair = mostFrequentPair();
      if (pair < 0) {
        break;
      }
      int left = (int) (pair >>> Integer.SIZE);
      int right = (int) pair;
      merges.add(new Merge(tokens.get(left), tokens.get(right)));
      int joined = idOf(tokens.get(left) + tokens.get(right));
      for (Piece piece : pieces) {
        piece.ids = join(piece.ids, left, right, joined);
      }
    }
    return new BpeVocabulary(merges);
  }

  /** Returns the id of a token, which is new unless an earlier merge produced the same token. */
  private int idOf(String token) {
    Integer known = idOf.putIfAbsent(token, tokens.size());
    if (known != null) {
      return known;
    }
    tokens.add(token);
    return tokens.size() - 1;
  }

  /** The most frequent pair, with ties broken by the lowest ids; -1 if there is none. */
  private long mostFrequentPair() {
    Map<Long, Long> counts = new HashMap<>();
    for (Piece piece : pieces) {
      for (int i = 1; i < piece.ids.length; i++) {
        long pair = ((long) piece.ids[i - 1] << Integer.SIZE) | piece.ids[i];
        counts.merge(pair, piece.count, Long::sum);
      }
    }
    long best = -1;
    long bestCount = MIN_COUNT - 1;
    for (Map.Entry<Long, Long> entry : counts.entrySet()) {
      long count = entry.getValue();
      if (count > bestCount || (count == bestCount && best >= 0 && entry.getKey() < best)) {
        best = entry.getKey();
        bestCount = count;
      }
    }
    return best;
  }

  private static int[] join(int[] ids, int left, int right, int joined) {
    int[] result = new int[ids.length];
    int length = 0;
    for (int i = 0; i < ids.length; i++) {
      if (i + 1 < ids.length && ids[i] == left && ids[i + 1] == right) {
        result[length++] = joined;
        i++;
      } else {
        result[length++] = ids[i];
      }
    }
    return length == ids.length ? ids : Arrays.copyOf(result, length);
  }
}
