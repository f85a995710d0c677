/** JShell with the API of {@link io.github.puzzle4j.search.api}. */
@NullMarked
package io.github.puzzle4j.search.cli.shell;

import org.jspecify.annotations.NullMarked;
