/** Model files on disk: safetensors, {@code config.json}, and what a family calls its tensors. */
@NullMarked
package io.github.puzzle4j.blocklib.checkpoint;

import org.jspecify.annotations.NullMarked;
