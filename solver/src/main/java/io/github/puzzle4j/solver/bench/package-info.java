/** Instances on which the solver is measured, made from a seed, and the measuring itself. */
@NullMarked
package io.github.puzzle4j.solver.bench;

import org.jspecify.annotations.NullMarked;
