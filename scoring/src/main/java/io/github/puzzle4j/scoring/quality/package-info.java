/** Quality of models and of teachers with one replaced block. */
@NullMarked
package io.github.puzzle4j.scoring.quality;

import org.jspecify.annotations.NullMarked;
