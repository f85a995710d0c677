/** Running, training and distilling blocks. */
@NullMarked
package io.github.puzzle4j.blocklib.train;

import org.jspecify.annotations.NullMarked;
