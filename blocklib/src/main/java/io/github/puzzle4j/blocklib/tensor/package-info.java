/**
 * Tensors in the memory of a device, the operations on them, gradients and the optimizer. The only
 * package that knows the types of DJL's tensors and engine: another binding of PyTorch would be put
 * here.
 */
@NullMarked
package io.github.puzzle4j.blocklib.tensor;

import org.jspecify.annotations.NullMarked;
