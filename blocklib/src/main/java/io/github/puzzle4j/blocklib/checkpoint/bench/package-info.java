/** How fast checkpoints are read on this machine. */
@NullMarked
package io.github.puzzle4j.blocklib.checkpoint.bench;

import org.jspecify.annotations.NullMarked;
