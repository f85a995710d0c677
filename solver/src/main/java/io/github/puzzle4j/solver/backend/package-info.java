/** What a solver backend is given and gives back; knows nothing of the packages around it. */
@NullMarked
package io.github.puzzle4j.solver.backend;

import org.jspecify.annotations.NullMarked;
