@NullMarked
package io.github.puzzle4j.blocklib.tensor.djl;

import org.jspecify.annotations.NullMarked;
