/** Whole searches and their stages. */
@NullMarked
package io.github.puzzle4j.search.cli.search;

import org.jspecify.annotations.NullMarked;
