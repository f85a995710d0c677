/** What is made where none is at hand: text that a model writes, and questions about text. */
@NullMarked
package io.github.puzzle4j.search.generate;

import org.jspecify.annotations.NullMarked;
