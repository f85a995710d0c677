/** GPUs with profiles of engines measured on them: data files and predictions. */
@NullMarked
package io.github.puzzle4j.scoring.cost.target;

import org.jspecify.annotations.NullMarked;
