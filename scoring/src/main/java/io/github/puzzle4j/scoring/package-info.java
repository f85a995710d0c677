/** What a variant is worth, and what it costs. */
@NullMarked
package io.github.puzzle4j.scoring;

import org.jspecify.annotations.NullMarked;
