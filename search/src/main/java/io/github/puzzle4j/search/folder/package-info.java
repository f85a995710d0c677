/** Folders that exist for the time of one piece of work. */
@NullMarked
package io.github.puzzle4j.search.folder;

import org.jspecify.annotations.NullMarked;
