/** Quality and cost of variants. */
@NullMarked
package io.github.puzzle4j.scoring;

import org.jspecify.annotations.NullMarked;
