/** The files of a corpus: which there are, how they are packed, and their rows. */
@NullMarked
package io.github.puzzle4j.blocklib.corpus.source;

import org.jspecify.annotations.NullMarked;
