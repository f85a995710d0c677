/** Exact bounds and proofs, to verify what backends claim. */
@NullMarked
package io.github.puzzle4j.solver.exact;

import org.jspecify.annotations.NullMarked;
