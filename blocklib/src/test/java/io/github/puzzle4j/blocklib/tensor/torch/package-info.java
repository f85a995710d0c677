/** Tests of the engine that binds an installed PyTorch. */
@NullMarked
package io.github.puzzle4j.blocklib.tensor.torch;

import org.jspecify.annotations.NullMarked;
