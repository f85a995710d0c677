/**
 * Chat templates: an interpreter for the subset of Jinja that they use, without access to Java,
 * files or the network.
 */
@NullMarked
package io.github.puzzle4j.blocklib.template;

import org.jspecify.annotations.NullMarked;
