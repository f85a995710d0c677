/** Commands about the machine that this runs on, or is to run on. */
@NullMarked
package io.github.puzzle4j.search.cli.machine;

import org.jspecify.annotations.NullMarked;
