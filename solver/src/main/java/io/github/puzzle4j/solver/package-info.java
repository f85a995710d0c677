/**
 * Chooses one candidate per layer under limits. Knows nothing of neural networks.
 *
 * <p>A {@link io.github.puzzle4j.solver.SelectionProblem} goes into {@link
 * io.github.puzzle4j.solver.SelectionSolver}, a {@link io.github.puzzle4j.solver.SolveResult} comes
 * out. Numbers mean the decimals that {@link Double#toString(double)} prints: {@code 0.1 + 0.2}
 * meets a limit of {@code 0.3}. All checks of an answer are made with these decimals, exactly.
 */
@NullMarked
package io.github.puzzle4j.solver;

import org.jspecify.annotations.NullMarked;
