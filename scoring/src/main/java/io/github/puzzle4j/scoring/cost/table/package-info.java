/** Measured times of kernels and subblocks: reading them, and what they say of predictions. */
@NullMarked
package io.github.puzzle4j.scoring.cost.table;

import org.jspecify.annotations.NullMarked;
