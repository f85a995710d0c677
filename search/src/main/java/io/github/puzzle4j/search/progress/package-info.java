/** Progress reports for users. */
@NullMarked
package io.github.puzzle4j.search.progress;

import org.jspecify.annotations.NullMarked;
