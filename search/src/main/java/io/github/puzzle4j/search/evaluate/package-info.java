/** Measuring a whole model on files of text and of questions. */
@NullMarked
package io.github.puzzle4j.search.evaluate;

import org.jspecify.annotations.NullMarked;
