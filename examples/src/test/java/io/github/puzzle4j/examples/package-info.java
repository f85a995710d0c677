/** Tests of the whole: its rules, its plans and its sessions. */
@NullMarked
package io.github.puzzle4j.examples;

import org.jspecify.annotations.NullMarked;
