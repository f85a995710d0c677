/** Interface of solver backends: models and answers. Independent of the surrounding packages. */
@NullMarked
package io.github.puzzle4j.solver.backend;

import org.jspecify.annotations.NullMarked;
