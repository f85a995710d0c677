/** What a model, or a teacher with one block replaced, is worth. */
@NullMarked
package io.github.puzzle4j.scoring.quality;

import org.jspecify.annotations.NullMarked;
