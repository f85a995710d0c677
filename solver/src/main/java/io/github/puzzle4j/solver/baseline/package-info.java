/** What a search is compared with: greedy, uniform and random selections. */
@NullMarked
package io.github.puzzle4j.solver.baseline;

import org.jspecify.annotations.NullMarked;
