/** Measures the solver against plain backends, whose claims are checked. */
@NullMarked
package io.github.puzzle4j.search.bench.solve;

import org.jspecify.annotations.NullMarked;
