package io.github.puzzle4j.search.teacher;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.corpus.BpeVocabulary;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LearningRate;
import io.github.puzzle4j.blocklib.train.TeacherTraining;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.util.List;

/**
 * Everything that decides what a small teacher becomes.
 *
 * @param seed of corpus, order and initial weights
 * @param steps optimizer steps
 * @param rows sequences per step
 * @param tokens per sequence; also the longest context of the model
 * @param learningRate at its peak
 * @param precision type of the matrix products
 * @param layers decoder layers
 * @param hiddenSize width of the residual stream
 * @param intermediateSize FFN channels
 * @param heads query heads; a head is {@code hiddenSize / heads} wide
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

  /** Difficulty of the corpus is at its highest after this share of the steps. */
  private static final double HARDEST_AFTER = 0.5;

  private static final int WARMUP_STEPS = 100;
  private static final double FLOOR_SHARE = 0.02;
  private static final double WEIGHT_DECAY = 0.1;
  private static final double GRADIENT_CLIP = 1;
  private static final int STEPS_PER_STATE = 250;
  private static final double ROPE_THETA = 10_000;
  private static final double NORM_EPSILON = 1e-5;

  /** The optimizer's side of the recipe. */
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

  /** Steps over which the corpus becomes harder. */
  int stepsUntilHardest() {
    return (int) (steps * HARDEST_AFTER);
  }

  /** The model's shape, with this vocabulary. */
  ModelConfig config(BpeVocabulary vocabulary) {
    return new ModelConfig(
        "llama",
        vocabulary.size(),
        hiddenSize,
        intermediateSize,
        layers,
        new AttentionShape(heads, kvHeads, hiddenSize / heads),
        new RotaryEmbedding(ROPE_THETA, new RotaryEmbedding.Scaling.None()),
        NORM_EPSILON,
        tokens,
        false,
        new SpecialTokens(List.of(vocabulary.beginOfText()), List.of(vocabulary.endOfText())));
  }
}
