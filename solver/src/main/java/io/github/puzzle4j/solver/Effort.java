package io.github.puzzle4j.solver;

import java.time.Duration;

/**
 * Resources used for an answer.
 *
 * @param backend name of the backend; {@code exact+cp-sat} if the answer also depends on a proof of
 *     CP-SAT
 * @param elapsed wall-clock time including reduction and checks
 * @param backendCalls number of models passed to the backend
 * @param removedCandidates number of candidates removed by the reduction before the first call
 */
public record Effort(String backend, Duration elapsed, int backendCalls, int removedCandidates) {}
