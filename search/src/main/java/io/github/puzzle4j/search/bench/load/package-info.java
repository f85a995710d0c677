/** How fast checkpoints are read on this machine. */
@NullMarked
package io.github.puzzle4j.search.bench.load;

import org.jspecify.annotations.NullMarked;
