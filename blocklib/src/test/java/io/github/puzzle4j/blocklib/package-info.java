@NullMarked
package io.github.puzzle4j.blocklib;

import org.jspecify.annotations.NullMarked;
