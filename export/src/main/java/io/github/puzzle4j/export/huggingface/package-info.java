/** Hugging Face folders: plain Llama where all layers are alike, {@code nemotron-nas} otherwise. */
@NullMarked
package io.github.puzzle4j.export.huggingface;

import org.jspecify.annotations.NullMarked;
