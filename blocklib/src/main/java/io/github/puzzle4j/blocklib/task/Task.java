package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.util.Optional;

/**
 * A piece of work: what is computed, on which contents, by which version of which algorithm.
 *
 * <p>Implementations are records of plain values that Jackson writes: sizes, settings, and digests
 * of the contents that are read. No paths, no live objects, nothing about where or when the work
 * runs: equal descriptions have equal results, in any process on any machine. Only measured times
 * name their machine.
 */
public interface Task {

  /** The kind of work, such as {@code train}. */
  Kind kind();

  /**
   * Why a result cannot be one of this task, such as a negative divergence.
   *
   * @return empty if it can be
   * @throws InvalidInputException if the value is none of this kind of task
   */
  default Optional<String> objection(StoredResult result) throws IOException {
    return Optional.empty();
  }

  /** Kinds of work, in the order of a search. */
  enum Kind {
    /** Measured times of a machine, as a target of searches. */
    PROFILE(1),
    /** Ranking of the FFN channels of a layer. */
    RANK(1),
    /** One training of the block library. */
    TRAIN(2),
    /** The scores of one replacement. */
    SCORE(2),
    /** The quality of one whole child on the text that scores are measured on. */
    CHILD(2),
    /** The quality of one model on one text. */
    MEASURE(2),
    /** The training of one block on the activations of a child. */
    ADAPT(3),
    /** The repair of one child. */
    REPAIR(1),
    /** The export of one child to one format. */
    EXPORT(1),
    /** Measured times of one exported child in a serving engine. */
    SPEED(1);

    private final int version;

    Kind(int version) {
      this.version = version;
    }

    /** Incremented when a change of the algorithm changes its results. */
    public int version() {
      return version;
    }
  }
}
