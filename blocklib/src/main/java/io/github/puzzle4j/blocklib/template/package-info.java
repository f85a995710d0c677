/**
 * Chat templates: the part of Jinja that they are written in, read and evaluated without any access
 * to Java, files or the network.
 */
@NullMarked
package io.github.puzzle4j.blocklib.template;

import org.jspecify.annotations.NullMarked;
