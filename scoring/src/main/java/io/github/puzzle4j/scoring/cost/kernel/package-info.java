/** Kernels of serving engines: their calls, formulas of their times, and how sure those are. */
@NullMarked
package io.github.puzzle4j.scoring.cost.kernel;

import org.jspecify.annotations.NullMarked;
