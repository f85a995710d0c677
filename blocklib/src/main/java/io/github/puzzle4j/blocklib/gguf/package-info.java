/** The GGUF file format: its metadata, its tensors and the numbers in their blocks. */
@NullMarked
package io.github.puzzle4j.blocklib.gguf;

import org.jspecify.annotations.NullMarked;
