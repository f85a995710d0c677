/** Assembles a child and writes it for serving engines. */
@NullMarked
package io.github.puzzle4j.export;

import org.jspecify.annotations.NullMarked;
