@NullMarked
package io.github.puzzle4j.search.teacher;

import org.jspecify.annotations.NullMarked;
