/**
 * What a person asks after an answer: what would have to give way where nothing fits ({@link
 * io.github.puzzle4j.solver.insight.Remedy}), what more room would buy ({@link
 * io.github.puzzle4j.solver.insight.Sensitivity}), and whether uncertain scores could be trusted so
 * far ({@link io.github.puzzle4j.solver.insight.Resampling}).
 */
@NullMarked
package io.github.puzzle4j.solver.insight;

import org.jspecify.annotations.NullMarked;
