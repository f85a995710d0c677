/** Trains a small teacher from random weights: corpus, tokenizer, training, model card. */
@NullMarked
package io.github.puzzle4j.search.demo;

import org.jspecify.annotations.NullMarked;
