/** Model folders: config, weights, tokenizer, chat template and the files that go with them. */
@NullMarked
package io.github.puzzle4j.blocklib.model;

import org.jspecify.annotations.NullMarked;
