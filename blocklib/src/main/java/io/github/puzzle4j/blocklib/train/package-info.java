/**
 * Running, training and distilling blocks on libtorch. The only package of this module that knows
 * tensors of DJL.
 */
@NullMarked
package io.github.puzzle4j.blocklib.train;

import org.jspecify.annotations.NullMarked;
