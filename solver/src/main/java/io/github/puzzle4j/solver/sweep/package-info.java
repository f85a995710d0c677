/**
 * Sets of related problems: {@link io.github.puzzle4j.solver.sweep.FrontierSearch} computes
 * trade-offs between the objective and one or two limits, a {@link
 * io.github.puzzle4j.solver.sweep.Ladder} keeps the best of several problems. Problems without a
 * selection are kept in the results.
 */
@NullMarked
package io.github.puzzle4j.solver.sweep;

import org.jspecify.annotations.NullMarked;
