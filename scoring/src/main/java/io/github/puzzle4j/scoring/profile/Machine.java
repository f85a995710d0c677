package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;

/**
 * The facts of a machine.
 *
 * @param title for display
 * @param architecture {@code cpu} or {@code cuda}
 * @param datasheet measured where it is not published
 */
public record Machine(String title, String architecture, Datasheet datasheet) {}
