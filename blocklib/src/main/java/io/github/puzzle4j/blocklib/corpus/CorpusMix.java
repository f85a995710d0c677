package io.github.puzzle4j.blocklib.corpus;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tasks and how much of the text each gets.
 *
 * @param shares tasks with different names; shares are relative, of characters, and kept to within
 *     about a tenth
 */
public record CorpusMix(List<Share> shares) {

  /**
   * One task's part.
   *
   * @param task draws the documents
   * @param weight above 0
   */
  public record Share(CorpusTask task, double weight) {

    public Share {
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException(
            "weight=%s of task %s must be above 0. Maybe leave the task out."
                .formatted(weight, task.name()));
      }
    }
  }

  public CorpusMix {
    shares = List.copyOf(shares);
    if (shares.isEmpty()) {
      throw new IllegalArgumentException("shares is empty: a mix has at least one task");
    }
    Set<String> names = new HashSet<>();
    for (Share share : shares) {
      if (!names.add(share.task().name())) {
        throw new IllegalArgumentException("task %s is there twice".formatted(share.task().name()));
      }
    }
  }

  /** Stories, recall, copying, arithmetic and brackets, as the small teacher was trained on. */
  public static CorpusMix standard() {
    return new CorpusMix(
        List.of(
            new Share(new StoryTask(), 0.25),
            new Share(new RecallTask(), 0.35),
            new Share(new CopyTask(), 0.2),
            new Share(new ArithmeticTask(), 0.05),
            new Share(new BracketTask(), 0.06)));
  }
}
