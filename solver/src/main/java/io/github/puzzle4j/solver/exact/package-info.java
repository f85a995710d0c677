/** Bounds and proofs of this project's own, to check what backends claim. */
@NullMarked
package io.github.puzzle4j.solver.exact;

import org.jspecify.annotations.NullMarked;
