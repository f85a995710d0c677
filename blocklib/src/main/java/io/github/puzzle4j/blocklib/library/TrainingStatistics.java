package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.util.Optional;

/**
 * How well one replacement imitates the layers that it replaces, as normalised MSE of their output:
 * 0 is the teacher itself. Measured on batches that were not trained on.
 *
 * @param replacement the replacement
 * @param part the part that was trained
 * @param lossBefore with the initial weights
 * @param lossAfter with the weights in the library
 * @param steps optimizer steps; 0 where there is nothing to train
 * @param weights how the weights are kept
 */
public record TrainingStatistics(
    Replacement replacement,
    TrainedPart part,
    double lossBefore,
    double lossAfter,
    int steps,
    Weights weights) {

  /** How the weights of a replacement are kept. */
  public enum Weights {
    /** As separate tensors. */
    STORED,
    /** As the first channels of the weights that the training shares. */
    SLICE_OF_SHARED,
    /** As the teacher's highest-ranked channels, which training did not improve. */
    SLICE_OF_TEACHER,
    /** Not stored: separately trained attention and FFN are as good. */
    COMPOSED
  }

  /** What cannot be: a negative loss, more steps than the training has. */
  Optional<String> objection(int mostSteps) {
    return lossBefore < 0 || lossAfter < 0 || steps < 0 || steps > mostSteps
        ? Optional.of(
            "%s has losses %s and %s after %d of %d steps"
                .formatted(replacement.id(), lossBefore, lossAfter, steps, mostSteps))
        : Optional.empty();
  }

  /** The first layer that is replaced, counted from 0. */
  public int layer() {
    return replacement.span().first();
  }

  /** Short name of what was trained, such as {@code gqa_2}. */
  public String variant() {
    return part.variant(replacement);
  }
}
