/** How fast problems are solved, beside plain backends; what those claim is refereed. */
@NullMarked
package io.github.puzzle4j.search.bench.solve;

import org.jspecify.annotations.NullMarked;
