@NullMarked
package io.github.puzzle4j.blocklib.checkpoint;

import org.jspecify.annotations.NullMarked;
