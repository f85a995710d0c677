/** Packed tokens of the parts of a corpus: assignment of documents to parts, and a cache. */
@NullMarked
package io.github.puzzle4j.blocklib.corpus.tokens;

import org.jspecify.annotations.NullMarked;
