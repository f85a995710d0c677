@NullMarked
package io.github.puzzle4j.blocklib.checkpoint.bench;

import org.jspecify.annotations.NullMarked;
