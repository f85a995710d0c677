package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * How replacements are trained to imitate the layers of their teacher (Puzzle, arXiv 2411.19146,
 * section 3).
 *
 * @param settings of each training
 * @param pairing whether attention and FFN variants are also trained together
 * @param form whether widths are trained separately or with shared weights
 * @param seed of the order of batches
 */
public record Distillation(TrainingSettings settings, Pairing pairing, Form form, long seed) {

  /** Which variants are trained against the output of a layer. */
  public enum Pairing {
    /** Each subblock variant alone, with the teacher's other subblock: m + n trainings. */
    DECOUPLED,
    /** These, and each pair of two variants jointly: m x n further trainings. */
    COUPLED
  }

  /** How the widths of a subblock are trained. */
  public enum Form {
    /** One training for each variant. */
    SEPARATE,
    /**
     * One training for all pruned widths of the FFN, which are the first channels of the widest,
     * and one for all numbers of KV heads: each step trains one of them, drawn at random.
     */
    ELASTIC;

    /**
     * Options that are trained together: in the elastic form, those of a kind that share weights.
     *
     * @param own the teacher's, from which they are cut
     */
    public <S extends Subblock> List<List<S>> groups(List<S> options, S own) {
      List<List<S>> groups = new ArrayList<>();
      for (S option : options) {
        List<S> together =
            switch (this) {
              case SEPARATE -> List.of();
              case ELASTIC ->
                  options.stream()
                      .filter(one -> one.getClass().equals(option.getClass()))
                      .filter(one -> SubblockTensors.of(one).sharesWeights(own))
                      .toList();
            };
        if (!together.contains(option)) {
          groups.add(List.of(option));
        } else if (option.equals(together.getFirst())) {
          groups.add(together);
        }
      }
      return List.copyOf(groups);
    }
  }

  /** Each variant trained alone, for all steps of the schedule. */
  public Distillation(LearningRate rate, double weightDecay, double gradientClip, long seed) {
    this(
        new TrainingSettings(rate, weightDecay, gradientClip),
        Pairing.DECOUPLED,
        Form.SEPARATE,
        seed);
  }
}
