/** Rounds of measuring whole children and choosing again by what was learnt from them. */
@NullMarked
package io.github.puzzle4j.search.rounds;

import org.jspecify.annotations.NullMarked;
