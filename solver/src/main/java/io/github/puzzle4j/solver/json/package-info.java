/** Formats of problem and answer files. */
@NullMarked
package io.github.puzzle4j.solver.json;

import org.jspecify.annotations.NullMarked;
