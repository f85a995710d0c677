/** Measures the speed of this machine for a target file. */
@NullMarked
package io.github.puzzle4j.scoring.profile;

import org.jspecify.annotations.NullMarked;
