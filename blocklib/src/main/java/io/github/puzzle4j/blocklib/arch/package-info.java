/** What a model looks like, layer by layer: shapes and variants, no weights and no tensors. */
@NullMarked
package io.github.puzzle4j.blocklib.arch;

import org.jspecify.annotations.NullMarked;
