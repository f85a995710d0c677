/** Measuring how fast this machine is, and the target file that comes of it. */
@NullMarked
package io.github.puzzle4j.scoring.profile;

import org.jspecify.annotations.NullMarked;
