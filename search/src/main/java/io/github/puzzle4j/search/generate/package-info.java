/** Text that a model writes, as a corpus. */
@NullMarked
package io.github.puzzle4j.search.generate;

import org.jspecify.annotations.NullMarked;
