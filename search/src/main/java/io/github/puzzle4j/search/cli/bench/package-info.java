/** The benchmarks' commands. */
@NullMarked
package io.github.puzzle4j.search.cli.bench;

import org.jspecify.annotations.NullMarked;
