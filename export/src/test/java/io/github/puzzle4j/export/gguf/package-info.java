@NullMarked
package io.github.puzzle4j.export.gguf;

import org.jspecify.annotations.NullMarked;
