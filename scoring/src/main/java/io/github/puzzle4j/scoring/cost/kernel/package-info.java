/** Kernels of serving engines: calls, formulas for their times, and error estimates. */
@NullMarked
package io.github.puzzle4j.scoring.cost.kernel;

import org.jspecify.annotations.NullMarked;
