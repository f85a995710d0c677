@NullMarked
package io.github.puzzle4j.export;

import org.jspecify.annotations.NullMarked;
