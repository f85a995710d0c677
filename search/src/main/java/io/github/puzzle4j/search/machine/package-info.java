/** The machine that a search runs on as a target of its own. */
@NullMarked
package io.github.puzzle4j.search.machine;

import org.jspecify.annotations.NullMarked;
