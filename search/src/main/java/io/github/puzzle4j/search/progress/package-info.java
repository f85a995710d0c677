/** Tells people how far long work has come. */
@NullMarked
package io.github.puzzle4j.search.progress;

import org.jspecify.annotations.NullMarked;
