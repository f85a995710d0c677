/** Checkpoints: what is in them, how good they are, and a small teacher. */
@NullMarked
package io.github.puzzle4j.search.cli.model;

import org.jspecify.annotations.NullMarked;
