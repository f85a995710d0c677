/**
 * Pieces of work that are described by small records, and the store that keeps their results under
 * a hash of the description.
 */
@NullMarked
package io.github.puzzle4j.blocklib.task;

import org.jspecify.annotations.NullMarked;
