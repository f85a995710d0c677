/** How fast children are written on this machine. */
@NullMarked
package io.github.puzzle4j.search.bench.export;

import org.jspecify.annotations.NullMarked;
