/** Tests of what every compute engine does. */
@NullMarked
package io.github.puzzle4j.blocklib.tensor.engine;

import org.jspecify.annotations.NullMarked;
