/** CP-SAT, SCIP, HiGHS and CBC, as they come with OR-Tools. */
@NullMarked
package io.github.puzzle4j.solver.ortools;

import org.jspecify.annotations.NullMarked;
