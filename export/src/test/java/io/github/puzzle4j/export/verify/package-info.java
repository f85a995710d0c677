@NullMarked
package io.github.puzzle4j.export.verify;

import org.jspecify.annotations.NullMarked;
