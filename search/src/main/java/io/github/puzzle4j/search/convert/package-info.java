/** Models written in another layout. */
@NullMarked
package io.github.puzzle4j.search.convert;

import org.jspecify.annotations.NullMarked;
