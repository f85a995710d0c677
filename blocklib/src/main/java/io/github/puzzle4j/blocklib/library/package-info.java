/**
 * The block library: weights of replacements, trained layer by layer to imitate the teacher, and
 * kept as results of tasks.
 */
@NullMarked
package io.github.puzzle4j.blocklib.library;

import org.jspecify.annotations.NullMarked;
