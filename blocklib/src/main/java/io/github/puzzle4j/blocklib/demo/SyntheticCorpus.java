package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Document;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * An endless sequence of generated documents in the proportions of a mix. Seed and split determine
 * the documents on every machine.
 */
public final class SyntheticCorpus {

  private final CorpusMix mix;
  private final long seed;

  /**
   * @param mix tasks and their shares
   * @param seed of the random generator
   */
  SyntheticCorpus(CorpusMix mix, long seed) {
    this.mix = mix;
    this.seed = seed;
  }

  /**
   * A corpus in the standard mix.
   *
   * @param seed of the random generator
   */
  public static SyntheticCorpus standard(long seed) {
    return new SyntheticCorpus(CorpusMix.standard(), seed);
  }

  /**
   * Starts at the first document of a split. The readers of all splits draw the same documents, and
   * each discards those of the other splits.
   */
  public Reader reader(CorpusSplit split) {
    return new Reader(mix.shares(), split, new SplittableRandom(seed));
  }

  /** Draws documents one after another. Not thread-safe. */
  public static final class Reader {

    /**
     * Share of the documents whose task is drawn at random; the others are of the task that is
     * furthest below its share of characters.
     */
    private static final double RANDOM_SHARE = 0.5;

    private final List<CorpusMix.Share> shares;
    private final CorpusSplit split;
    private final RandomGenerator random;
    private final double total;
    private final double[] charactersPerWeight;

    private Reader(List<CorpusMix.Share> shares, CorpusSplit split, RandomGenerator random) {
      this.shares = shares;
      this.split = split;
      this.random = random;
      total = shares.stream().mapToDouble(CorpusMix.Share::weight).sum();
      charactersPerWeight = new double[shares.size()];
    }

    /**
     * Draws the next document of this split.
     *
     * @param difficulty from 0, the easiest, to 1
     */
    public Document next(double difficulty) {
      if (!(difficulty >= 0 && difficulty <= 1)) {
        throw new IllegalArgumentException(
            "difficulty=%s must be from 0 to 1".formatted(difficulty));
      }
      int chosen = random.nextDouble() < RANDOM_SHARE ? randomTask() : mostUnderrepresentedTask();
      CorpusMix.Share share = shares.get(chosen);
      Document document = share.task().sample(random, difficulty);
      while (CorpusSplit.of(document.text()) != split) {
        document = share.task().sample(random, difficulty);
      }
      charactersPerWeight[chosen] += document.text().length() / share.weight();
      return document;
    }

    private int randomTask() {
      double left = random.nextDouble() * total;
      for (int i = 0; i < shares.size() - 1; i++) {
        left -= shares.get(i).weight();
        if (left < 0) {
          return i;
        }
      }
      return shares.size() - 1;
    }

    private int mostUnderrepresentedTask() {
      int least = 0;
      for (int i = 1; i < charactersPerWeight.length; i++) {
        if (charactersPerWeight[i] < charactersPerWeight[least]) {
          least = i;
        }
      }
      return least;
    }
  }
}
