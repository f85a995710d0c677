package io.github.puzzle4j.blocklib.gguf.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The merges that a vocabulary with scores implies, as Hugging Face's converter of SentencePiece
 * models derives them: each way to cut a token into two tokens, those of higher scores first.
 */
final class ScoredMerges {

  private ScoredMerges() {}

  /**
   * A merge.
   *
   * @param score of the token that it makes
   */
  record Merge(String left, String right, float score) {}

  /**
   * Derives the merges.
   *
   * @param ids of the tokens that text is made of, by text, in the order of the file
   * @param scores by id
   */
  static List<Merge> of(Map<String, Integer> ids, float[] scores) {
    List<Merge> merges = new ArrayList<>();
    for (Map.Entry<String, Integer> token : ids.entrySet()) {
      String text = token.getKey();
      List<Merge> own = new ArrayList<>();
      for (int at = text.offsetByCodePoints(0, 1); at < text.length(); at += width(text, at)) {
        String left = text.substring(0, at);
        String right = text.substring(at);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          own.add(new Merge(left, right, scores[token.getValue()]));
        }
      }
      own.sort(
          Comparator.comparingInt((Merge merge) -> ids.getOrDefault(merge.left(), 0))
              .thenComparingInt(merge -> ids.getOrDefault(merge.right(), 0)));
      merges.addAll(own);
    }
    merges.sort(
        Comparator.comparingDouble((Merge merge) -> -merge.score())
            .thenComparingInt(merge -> -length(merge.left()))
            .thenComparingInt(merge -> -length(merge.right())));
    return merges;
  }

  private static int width(String text, int at) {
    return Character.charCount(text.codePointAt(at));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
