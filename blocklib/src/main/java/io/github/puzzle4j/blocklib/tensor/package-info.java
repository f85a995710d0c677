/**
 * Tensors in the memory of a device, differentiable operations on them, and the optimizer: written
 * once, over the operations of an engine.
 */
@NullMarked
package io.github.puzzle4j.blocklib.tensor;

import org.jspecify.annotations.NullMarked;
