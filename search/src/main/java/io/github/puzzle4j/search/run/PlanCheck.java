package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.SearchSpace;

/**
 * What is known of a plan in which nothing was found that would end a search later.
 *
 * @param memory what the stages have in memory at most
 * @param space replacements that are trained and scored
 */
public record PlanCheck(MemoryBounds memory, SearchSpace space) {}
