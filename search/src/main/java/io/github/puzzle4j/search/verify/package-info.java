/** Exported models, compared with what they should compute. */
@NullMarked
package io.github.puzzle4j.search.verify;

import org.jspecify.annotations.NullMarked;
