package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.corpus.TextDigest;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.search.plan.ScoringEffort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The text that replacements are scored on, in portions that have results of their own: a longer
 * text begins with the portions of a shorter one.
 *
 * @param sequences all of them
 * @param portions consecutive parts of the text
 */
record ScoringText(List<TokenSequence> sequences, List<Portion> portions) {

  /** Shares of the text after each round of a race; its parts are an eighth, one more, .. */
  private static final double[] ROUNDS = {ScoringEffort.FIRST_ROUND, 0.25, 0.5, 1};

  /**
   * Some consecutive sequences.
   *
   * @param places in the text, counted from 0
   * @param digest of the sequences
   */
  record Portion(List<Integer> places, String digest) {}

  ScoringText {
    sequences = List.copyOf(sequences);
    portions = List.copyOf(portions);
  }

  static ScoringText of(List<TokenSequence> sequences) {
    List<Portion> portions = new ArrayList<>();
    for (int from = 0; from < sequences.size(); from += ScoringEffort.PORTION) {
      int to = Math.min(sequences.size(), from + ScoringEffort.PORTION);
      portions.add(
          new Portion(
              IntStream.range(from, to).boxed().toList(),
              TextDigest.of(sequences.subList(from, to))));
    }
    return new ScoringText(sequences, portions);
  }

  /** The sequences of some portions, one after the other. */
  List<TokenSequence> sequencesOf(List<Portion> some) {
    return some.stream().flatMap(portion -> portion.places().stream()).map(sequences::get).toList();
  }

  /**
   * The portions in the rounds of a race. Each round, with those before it, is spread evenly over
   * the text, whose parts may differ: the order is that of bit-reversed numbers (van der Corput),
   * shifted at random.
   */
  List<List<Portion>> rounds(long seed) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(portions.size() - 1);
    int shift = bits == 0 ? 0 : new SplittableRandom(seed).nextInt(1 << bits);
    List<Portion> order =
        IntStream.range(0, portions.size())
            .boxed()
            .sorted(Comparator.comparingInt(place -> reversed(place, bits) ^ shift))
            .map(portions::get)
            .toList();
    List<List<Portion>> rounds = new ArrayList<>();
    int from = 0;
    for (double share : ROUNDS) {
      int to = Math.toIntExact((long) Math.ceil(share * order.size()));
      if (to > from) {
        rounds.add(order.subList(from, to));
        from = to;
      }
    }
    return List.copyOf(rounds);
  }

  private static int reversed(int place, int bits) {
    return bits == 0 ? 0 : Integer.reverse(place) >>> (Integer.SIZE - bits);
  }
}
