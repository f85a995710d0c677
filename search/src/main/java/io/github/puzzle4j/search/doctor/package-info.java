/** Whether a search can run on this machine, and what would help. */
@NullMarked
package io.github.puzzle4j.search.doctor;

import org.jspecify.annotations.NullMarked;
