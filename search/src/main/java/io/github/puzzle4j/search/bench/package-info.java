/** What the benchmarks share: the machine, and how times are taken. */
@NullMarked
package io.github.puzzle4j.search.bench;

import org.jspecify.annotations.NullMarked;
