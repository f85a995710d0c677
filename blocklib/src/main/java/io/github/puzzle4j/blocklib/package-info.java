/** Models, checkpoints, corpora, block variants and their distillation. */
@NullMarked
package io.github.puzzle4j.blocklib;

import org.jspecify.annotations.NullMarked;
