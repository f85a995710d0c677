package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.Precision;

/**
 * How an assembled child is repaired (GKD; Puzzle, arXiv 2411.19146, section 5).
 *
 * @param settings of all steps
 * @param loss what is minimised
 * @param precision type of the child's matrix products
 * @param seed of the order of batches
 */
public record GlobalDistillation(
    TrainingSettings settings, RepairLoss loss, Precision precision, long seed) {}
