/** Measured times of kernels and subblocks, and errors of predictions. */
@NullMarked
package io.github.puzzle4j.scoring.cost.table;

import org.jspecify.annotations.NullMarked;
