package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.tensor.DeviceTensor;

/**
 * What enters the last matrix of a subblock, and what becomes of it.
 *
 * @param input {@code [batch, tokens, inputs]}, in the type of products
 * @param output of the subblock with its residual, {@code [batch, tokens, hidden]}
 */
public record LastProduct(DeviceTensor input, DeviceTensor output) {}
