/** The alternatives for an attention subblock. */
@NullMarked
package io.github.puzzle4j.blocklib.arch.attention;

import org.jspecify.annotations.NullMarked;
