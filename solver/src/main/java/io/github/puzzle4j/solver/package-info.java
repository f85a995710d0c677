/** Chooses one candidate per layer under limits. Knows nothing of neural networks. */
@NullMarked
package io.github.puzzle4j.solver;

import org.jspecify.annotations.NullMarked;
