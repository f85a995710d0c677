/** The search plan: one YAML file, read strictly into one tree of records. */
@NullMarked
package io.github.puzzle4j.search.plan;

import org.jspecify.annotations.NullMarked;
