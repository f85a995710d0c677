/** The {@code puzzle4j} command. */
@NullMarked
package io.github.puzzle4j.search.cli;

import org.jspecify.annotations.NullMarked;
