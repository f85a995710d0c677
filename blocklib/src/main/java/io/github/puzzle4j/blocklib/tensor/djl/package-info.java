/** The default engine: libtorch as DJL brings it, on the processor, with nothing to install. */
@NullMarked
package io.github.puzzle4j.blocklib.tensor.djl;

import org.jspecify.annotations.NullMarked;
