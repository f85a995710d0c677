/**
 * Analyses of an answer: relaxations of infeasible limits ({@link
 * io.github.puzzle4j.solver.insight.Relaxations}), the effect of each limit ({@link
 * io.github.puzzle4j.solver.insight.Sensitivity}), and robustness under uncertain scores ({@link
 * io.github.puzzle4j.solver.insight.Resampling}).
 */
@NullMarked
package io.github.puzzle4j.solver.insight;

import org.jspecify.annotations.NullMarked;
