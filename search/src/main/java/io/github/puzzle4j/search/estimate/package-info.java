/** What a search will take, before it begins: measured pieces of work times their numbers. */
@NullMarked
package io.github.puzzle4j.search.estimate;

import org.jspecify.annotations.NullMarked;
