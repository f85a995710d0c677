/** Costs of serving variants and models: GPU targets, scenarios and the cost model. */
@NullMarked
package io.github.puzzle4j.scoring.cost;

import org.jspecify.annotations.NullMarked;
