package io.github.puzzle4j.solver.sweep;

import io.github.puzzle4j.solver.SelectionProblem;

/**
 * One of several problems of which the best result counts, for example one per batch size.
 *
 * @param label unique on its ladder
 */
public record Rung(String label, SelectionProblem problem) {}
