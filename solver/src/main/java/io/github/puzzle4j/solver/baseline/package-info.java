/** Baselines for the search: greedy, uniform and random selections. */
@NullMarked
package io.github.puzzle4j.solver.baseline;

import org.jspecify.annotations.NullMarked;
