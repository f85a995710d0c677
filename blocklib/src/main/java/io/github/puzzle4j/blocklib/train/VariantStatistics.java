package io.github.puzzle4j.blocklib.train;

/**
 * How well one variant imitates its block, as normalised MSE of the block's output: 0 is the
 * teacher itself. Measured on batches that the variant was not trained on.
 *
 * @param layer counted from 0
 * @param subblock which half of the layer is replaced
 * @param variant id of the variant
 * @param lossBefore with its initial weights
 * @param lossAfter with the weights in the library
 * @param steps optimizer steps; 0 for variants that have nothing to train
 */
public record VariantStatistics(
    int layer,
    SubblockKind subblock,
    String variant,
    double lossBefore,
    double lossAfter,
    int steps) {}
