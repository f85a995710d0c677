/** Fits the coefficients of a GPU's profile to measured kernel tables. */
@NullMarked
package io.github.puzzle4j.scoring.cost.fit;

import org.jspecify.annotations.NullMarked;
