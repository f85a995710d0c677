/** Several searches that share a store: the points of a sweep. */
@NullMarked
package io.github.puzzle4j.search.sweep;

import org.jspecify.annotations.NullMarked;
