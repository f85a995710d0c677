/** Finds the files of a corpus and reads their rows. */
@NullMarked
package io.github.puzzle4j.blocklib.corpus.source;

import org.jspecify.annotations.NullMarked;
