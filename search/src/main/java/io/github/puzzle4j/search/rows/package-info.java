/** Results as rows of documented tables: what queries, pages and files are made from. */
@NullMarked
package io.github.puzzle4j.search.rows;

import org.jspecify.annotations.NullMarked;
