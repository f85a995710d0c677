/** The OR-Tools backends: CP-SAT, SCIP, HiGHS and CBC. */
@NullMarked
package io.github.puzzle4j.solver.ortools;

import org.jspecify.annotations.NullMarked;
