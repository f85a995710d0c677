/** Timing models in llama.cpp, in this process. */
@NullMarked
package io.github.puzzle4j.search.llamacpp;

import org.jspecify.annotations.NullMarked;
