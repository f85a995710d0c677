/** What models cost, the GPUs that are known, and profiles of this machine. */
@NullMarked
package io.github.puzzle4j.search.cli.cost;

import org.jspecify.annotations.NullMarked;
