@NullMarked
package io.github.puzzle4j.search.demo;

import org.jspecify.annotations.NullMarked;
