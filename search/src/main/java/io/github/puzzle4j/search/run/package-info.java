/** A search as it runs: stages that turn a plan into children, in a directory that can resume. */
@NullMarked
package io.github.puzzle4j.search.run;

import org.jspecify.annotations.NullMarked;
