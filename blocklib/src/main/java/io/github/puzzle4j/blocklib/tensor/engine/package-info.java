/**
 * What an engine computes: the operations on tensors in the memory of a device, without gradients
 * and without owners. An engine is found by {@link java.util.ServiceLoader}; everything above is
 * written once for all of them.
 */
@NullMarked
package io.github.puzzle4j.blocklib.tensor.engine;

import org.jspecify.annotations.NullMarked;
