/** The solver alone: one problem, a frontier, a ladder. */
@NullMarked
package io.github.puzzle4j.search.cli.solve;

import org.jspecify.annotations.NullMarked;
