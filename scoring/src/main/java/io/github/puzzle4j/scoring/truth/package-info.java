/** A model of the measured quality of whole children, fitted to those that were measured. */
@NullMarked
package io.github.puzzle4j.scoring.truth;

import org.jspecify.annotations.NullMarked;
