/** GPUs with the engines that were measured on them: data files, and the times they predict. */
@NullMarked
package io.github.puzzle4j.scoring.cost.target;

import org.jspecify.annotations.NullMarked;
