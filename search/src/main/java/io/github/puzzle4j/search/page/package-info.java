/** The page of a report: rows of tables, and the script that draws them. */
@NullMarked
package io.github.puzzle4j.search.page;

import org.jspecify.annotations.NullMarked;
