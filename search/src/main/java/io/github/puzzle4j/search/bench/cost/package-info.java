/** How fast a large teacher's variants are priced. */
@NullMarked
package io.github.puzzle4j.search.bench.cost;

import org.jspecify.annotations.NullMarked;
