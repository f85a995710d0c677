package io.github.puzzle4j.blocklib.demo;

import java.util.List;

/**
 * Tasks and their shares of the generated characters. A corpus meets the shares to within about a
 * tenth.
 *
 * @param shares tasks with distinct names
 */
record CorpusMix(List<Share> shares) {

  /**
   * The share of one task.
   *
   * @param task generates the documents
   * @param weight relative share of characters, above 0
   */
  record Share(CorpusTask task, double weight) {}

  /** Stories, recall, copying, arithmetic and brackets: the mix that trained the small teacher. */
  static CorpusMix standard() {
    return new CorpusMix(
        List.of(
            new Share(new StoryTask(), 0.25),
            new Share(new RecallTask(), 0.35),
            new Share(new CopyTask(), 0.2),
            new Share(new ArithmeticTask(), 0.05),
            new Share(new BracketTask(), 0.06)));
  }
}
