package io.github.puzzle4j.blocklib.corpus;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * An endless supply of documents in the proportions of a mix. The same seed and split give the same
 * documents on every machine.
 *
 * @param mix tasks and their shares
 * @param seed of all chance
 */
public record SyntheticCorpus(CorpusMix mix, long seed) {

  /** A corpus in the standard mix. */
  public static SyntheticCorpus standard(long seed) {
    return new SyntheticCorpus(CorpusMix.standard(), seed);
  }

  /**
   * Starts reading a split from its beginning. All splits see the same draws and keep their own.
   */
  public Reader reader(CorpusSplit split) {
    return new Reader(mix.shares(), split, new SplittableRandom(seed));
  }

  /** Draws one document after another. Not for use by several threads at a time. */
  public static final class Reader {

    /** Half of the documents follow chance alone; the others make up for what it left out. */
    private static final double BY_CHANCE = 0.5;

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
     * The next document of this split.
     *
     * @param difficulty from 0, the easiest, to 1
     */
    public Document next(double difficulty) {
      if (!(difficulty >= 0 && difficulty <= 1)) {
        throw new IllegalArgumentException(
            "difficulty=%s must be from 0 to 1".formatted(difficulty));
      }
      int chosen = random.nextDouble() < BY_CHANCE ? byChance() : leastServed();
      CorpusMix.Share share = shares.get(chosen);
      Document document = share.task().sample(random, difficulty);
      while (CorpusSplit.of(document.text()) != split) {
        document = share.task().sample(random, difficulty);
      }
      charactersPerWeight[chosen] += document.text().length() / share.weight();
      return document;
    }

    private int byChance() {
      double left = random.nextDouble() * total;
      for (int i = 0; i < shares.size() - 1; i++) {
        left -= shares.get(i).weight();
        if (left < 0) {
          return i;
        }
      }
      return shares.size() - 1;
    }

    private int leastServed() {
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
