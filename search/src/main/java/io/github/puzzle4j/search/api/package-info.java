/** A small API for sessions: models, searches and their results, which print themselves. */
@NullMarked
package io.github.puzzle4j.search.api;

import org.jspecify.annotations.NullMarked;
