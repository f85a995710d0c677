package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.Precision;

/**
 * What all tasks of a block library depend on.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param calibration digest of the calibration batches
 * @param validationBatches how many of the last of them are held out
 * @param precision of the matrix products
 * @param stored type in which weights are kept
 * @param activations type in which the activations between layers are kept
 * @param fit of the last matrices of subblocks
 */
public record LibraryInputs(
    String teacher,
    String calibration,
    int validationBatches,
    Precision precision,
    TensorType stored,
    TensorType activations,
    Fit fit) {}
