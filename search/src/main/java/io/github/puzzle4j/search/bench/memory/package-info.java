/** How much memory the library and the scores need. */
@NullMarked
package io.github.puzzle4j.search.bench.memory;

import org.jspecify.annotations.NullMarked;
