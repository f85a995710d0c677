package io.github.puzzle4j.search.progress;

import java.time.Duration;

/** How long a stage took. */
public record StageTime(String stage, Duration duration) {}
