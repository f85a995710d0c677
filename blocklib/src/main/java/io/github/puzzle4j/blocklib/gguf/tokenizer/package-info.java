/** Tokenizers of GGUF files, and the files of Hugging Face that say the same. */
@NullMarked
package io.github.puzzle4j.blocklib.gguf.tokenizer;

import org.jspecify.annotations.NullMarked;
