/** Shared by the benchmarks: the machine, and measuring times. */
@NullMarked
package io.github.puzzle4j.search.bench;

import org.jspecify.annotations.NullMarked;
