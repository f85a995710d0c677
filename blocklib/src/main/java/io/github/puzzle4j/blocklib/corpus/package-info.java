/**
 * Text and tokens: a synthetic corpus, its tokenizer, JSON Lines files and fixed-length sequences.
 */
@NullMarked
package io.github.puzzle4j.blocklib.corpus;

import org.jspecify.annotations.NullMarked;
