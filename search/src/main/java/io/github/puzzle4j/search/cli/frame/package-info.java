/** The framework of commands: one answer, its exit code, and mistakes in one line. */
@NullMarked
package io.github.puzzle4j.search.cli.frame;

import org.jspecify.annotations.NullMarked;
