package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import java.util.random.RandomGenerator;

/** Generates documents of one kind. */
interface CorpusTask {

  /** Stable name, such as {@code recall}. */
  String name();

  /**
   * Generates a document.
   *
   * @param random the only source of randomness: equal states produce equal documents
   * @param difficulty from 0, the easiest, to 1
   */
  Document sample(RandomGenerator random, double difficulty);
}
