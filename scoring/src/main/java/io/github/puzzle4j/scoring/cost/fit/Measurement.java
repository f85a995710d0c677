package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/**
 * A measured call.
 *
 * @param <C> the kind of call
 * @param logSeconds logarithm of its seconds
 */
record Measurement<C extends KernelCall>(C call, double logSeconds) {}
