/**
 * Selects one candidate per layer under limits; independent of neural networks.
 *
 * <p>{@link io.github.puzzle4j.solver.SelectionSolver} solves a {@link
 * io.github.puzzle4j.solver.SelectionProblem} and returns a {@link
 * io.github.puzzle4j.solver.SolveResult}. Numbers are the decimals that {@link
 * Double#toString(double)} prints: {@code 0.1 + 0.2} meets a limit of {@code 0.3}. Answers are
 * checked in exact decimals.
 */
@NullMarked
package io.github.puzzle4j.solver;

import org.jspecify.annotations.NullMarked;
