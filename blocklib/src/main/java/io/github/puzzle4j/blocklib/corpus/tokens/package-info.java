/**
 * Packed tokens of the parts of a corpus: which document belongs to which part, and a cache of what
 * was made of them.
 */
@NullMarked
package io.github.puzzle4j.blocklib.corpus.tokens;

import org.jspecify.annotations.NullMarked;
