/** Documents, rows of JSON Lines files, tokenizers and token sequences of fixed length. */
@NullMarked
package io.github.puzzle4j.blocklib.corpus;

import org.jspecify.annotations.NullMarked;
