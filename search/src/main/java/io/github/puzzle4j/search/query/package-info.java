/** Results of runs as tables in an embedded database. */
@NullMarked
package io.github.puzzle4j.search.query;

import org.jspecify.annotations.NullMarked;
