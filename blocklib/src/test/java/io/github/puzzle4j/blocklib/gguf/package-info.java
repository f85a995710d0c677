/** Tests of the GGUF format. */
@NullMarked
package io.github.puzzle4j.blocklib.gguf;

import org.jspecify.annotations.NullMarked;
