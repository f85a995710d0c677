package io.github.puzzle4j.search.plan;

/** What a file describes: one plan, or a sweep of several. */
public sealed interface PlanDocument permits PlanFile, SweepFile {}
