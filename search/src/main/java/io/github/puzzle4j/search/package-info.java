/** Plans, stages and runs of a whole search. */
@NullMarked
package io.github.puzzle4j.search;

import org.jspecify.annotations.NullMarked;
