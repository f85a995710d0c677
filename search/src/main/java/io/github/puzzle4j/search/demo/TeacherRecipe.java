package io.github.puzzle4j.search.demo;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TeacherTraining;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.util.List;

/**
 * Hyperparameters of a small teacher and of its training.
 *
 * @param seed of corpus and initial weights
 * @param steps optimizer steps
 * @param rows sequences per step
 * @param tokens per sequence; also the context length of the model
 * @param learningRate peak learning rate
 * @param precision of the matrix products
 * @param layers decoder layers
 * @param hiddenSize width of the residual stream
 * @param intermediateSize FFN channels
 * @param heads query heads, of width {@code hiddenSize / heads}
 * @param kvHeads key and value heads
 */
public record TeacherRecipe(
    long seed,
    int steps,
    int rows,
    int tokens,
    double learningRate,
    Precision precision,
    int layers,
    int hiddenSize,
    int intermediateSize,
    int heads,
    int kvHeads) {

  /** Share of the steps after which the corpus has its highest difficulty. */
  private static final double HARDEST_AFTER = 0.5;

  private static final int WARMUP_STEPS = 100;
  private static final double FLOOR_SHARE = 0.02;
  private static final double WEIGHT_DECAY = 0.1;
  private static final double GRADIENT_CLIP = 1;
  private static final int STEPS_PER_STATE = 250;
  private static final double ROPE_THETA = 10_000;

  /** Settings of the optimizer. */
  TeacherTraining training() {
    int warmup = Math.min(WARMUP_STEPS, steps);
    return new TeacherTraining(
        new TrainingSettings(
                new LearningRate(learningRate, warmup, steps, FLOOR_SHARE),
                WEIGHT_DECAY,
                GRADIENT_CLIP)
            .withCheckpointSteps(STEPS_PER_STATE),
        precision,
        seed);
  }

  /** Number of steps over which the difficulty of the corpus grows. */
  int stepsUntilHardest() {
    return (int) (steps * HARDEST_AFTER);
  }

  /** Shape of the model. */
  Model model(BpeVocabulary vocabulary) {
    SpecialTokens tokensOfDocuments =
        new SpecialTokens(List.of(vocabulary.beginOfText()), List.of(vocabulary.endOfText()));
    return Model.uniform(
        CommonParts.llama(
            vocabulary.size(), hiddenSize, ROPE_THETA, tokens, false, tokensOfDocuments),
        layers,
        Layer.llama(new AttentionShape(heads, kvHeads, hiddenSize / heads), intermediateSize));
  }
}
