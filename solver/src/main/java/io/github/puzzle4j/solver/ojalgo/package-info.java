/** The ojAlgo backend: pure Java, for machines without native libraries. */
@NullMarked
package io.github.puzzle4j.solver.ojalgo;

import org.jspecify.annotations.NullMarked;
