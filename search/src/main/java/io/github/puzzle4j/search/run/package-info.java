/** Running a search: stages from a plan to children, in a directory from which runs resume. */
@NullMarked
package io.github.puzzle4j.search.run;

import org.jspecify.annotations.NullMarked;
