/** What every command is made of: one answer, its exit code, and mistakes in one line. */
@NullMarked
package io.github.puzzle4j.search.cli.frame;

import org.jspecify.annotations.NullMarked;
