package io.github.puzzle4j.solver;

import java.time.Duration;

/**
 * What an answer took.
 *
 * @param backend name of the backend that was used
 * @param elapsed wall-clock time of everything, reduction and checks included
 * @param backendCalls how many models the backend was given
 * @param removedCandidates how many candidates the reduction took away before the first of them
 */
public record Effort(String backend, Duration elapsed, int backendCalls, int removedCandidates) {}
