package io.github.puzzle4j.search.progress;

import java.time.Duration;

/** Duration of a stage. */
public record StageTime(String stage, Duration duration) {}
