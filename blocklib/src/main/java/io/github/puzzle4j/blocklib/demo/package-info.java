/**
 * Data for demonstration models: a generated corpus, batches of it, and the training of a
 * byte-level BPE vocabulary. Nothing else in this module depends on it.
 */
@NullMarked
package io.github.puzzle4j.blocklib.demo;

import org.jspecify.annotations.NullMarked;
