package io.github.puzzle4j.blocklib.corpus;

import java.util.random.RandomGenerator;

/** One kind of synthetic document. A new kind is one class and one line in a {@link CorpusMix}. */
public interface CorpusTask {

  /** Stable name, such as {@code recall}. */
  String name();

  /**
   * Draws a document.
   *
   * @param random the only source of chance: the same state gives the same document
   * @param difficulty from 0, the easiest, to 1
   */
  Document sample(RandomGenerator random, double difficulty);
}
