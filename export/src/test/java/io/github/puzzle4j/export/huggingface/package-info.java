@NullMarked
package io.github.puzzle4j.export.huggingface;

import org.jspecify.annotations.NullMarked;
