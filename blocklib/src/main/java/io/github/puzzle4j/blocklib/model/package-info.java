/** Model folders: config, weights, tokenizer, chat template and accompanying files. */
@NullMarked
package io.github.puzzle4j.blocklib.model;

import org.jspecify.annotations.NullMarked;
