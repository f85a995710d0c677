/** Reports of a search: tables for the terminal and one self-contained page. */
@NullMarked
package io.github.puzzle4j.search.report;

import org.jspecify.annotations.NullMarked;
