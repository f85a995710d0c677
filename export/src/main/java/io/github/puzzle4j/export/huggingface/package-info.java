/** Hugging Face folders: the layout of a family where layers are alike, others otherwise. */
@NullMarked
package io.github.puzzle4j.export.huggingface;

import org.jspecify.annotations.NullMarked;
