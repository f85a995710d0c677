/** Tests of tokenizers in GGUF files. */
@NullMarked
package io.github.puzzle4j.blocklib.gguf.tokenizer;

import org.jspecify.annotations.NullMarked;
