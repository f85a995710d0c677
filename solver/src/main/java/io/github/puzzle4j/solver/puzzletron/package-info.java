/** Reads a run of NVIDIA's Puzzletron as a problem, and writes its {@code solutions.json}. */
@NullMarked
package io.github.puzzle4j.solver.puzzletron;

import org.jspecify.annotations.NullMarked;
