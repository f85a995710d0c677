/** Makes a small teacher from nothing: corpus, tokenizer, training, model card. */
@NullMarked
package io.github.puzzle4j.search.teacher;

import org.jspecify.annotations.NullMarked;
