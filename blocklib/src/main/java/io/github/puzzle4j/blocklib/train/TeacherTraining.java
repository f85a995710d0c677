package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.Precision;

/**
 * How a teacher is trained from scratch.
 *
 * @param settings of all steps
 * @param precision type of the matrix products
 * @param seed of the initial weights
 */
public record TeacherTraining(TrainingSettings settings, Precision precision, long seed) {}
