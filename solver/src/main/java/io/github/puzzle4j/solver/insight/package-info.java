/**
 * What a person asks after an answer: what would have to give way where nothing fits ({@link
 * io.github.puzzle4j.solver.insight.Remedy}).
 */
@NullMarked
package io.github.puzzle4j.solver.insight;

import org.jspecify.annotations.NullMarked;
