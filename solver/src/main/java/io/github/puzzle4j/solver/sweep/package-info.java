/**
 * Many related problems in one call: {@link io.github.puzzle4j.solver.sweep.FrontierSearch} trades
 * the objective against one or two limits, a {@link io.github.puzzle4j.solver.sweep.Ladder} keeps
 * the best of several problems. A problem without an answer is kept as what it is, and the others
 * go on.
 */
@NullMarked
package io.github.puzzle4j.solver.sweep;

import org.jspecify.annotations.NullMarked;
