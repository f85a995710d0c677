/**
 * The operations of tensors by a PyTorch that the user has installed, called through its stable C
 * interface.
 */
@NullMarked
package io.github.puzzle4j.blocklib.tensor.torch;

import org.jspecify.annotations.NullMarked;
