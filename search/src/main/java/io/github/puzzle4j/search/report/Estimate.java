package io.github.puzzle4j.search.report;

/** A mean and its standard error, in the same unit. */
public record Estimate(double mean, double standardError) {}
