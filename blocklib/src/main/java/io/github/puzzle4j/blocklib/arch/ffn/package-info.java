/** The alternatives for an FFN subblock. */
@NullMarked
package io.github.puzzle4j.blocklib.arch.ffn;

import org.jspecify.annotations.NullMarked;
