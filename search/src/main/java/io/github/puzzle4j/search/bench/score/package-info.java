/** Measures how replacements are scored. */
@NullMarked
package io.github.puzzle4j.search.bench.score;

import org.jspecify.annotations.NullMarked;
