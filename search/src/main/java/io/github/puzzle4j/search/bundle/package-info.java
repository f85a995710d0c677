/** A folder that runs this project on a machine with PyTorch and without Java. */
@NullMarked
package io.github.puzzle4j.search.bundle;

import org.jspecify.annotations.NullMarked;
