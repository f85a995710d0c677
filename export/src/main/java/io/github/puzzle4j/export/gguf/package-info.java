/** GGUF files of the {@code deci} architecture, which llama.cpp loads. */
@NullMarked
package io.github.puzzle4j.export.gguf;

import org.jspecify.annotations.NullMarked;
