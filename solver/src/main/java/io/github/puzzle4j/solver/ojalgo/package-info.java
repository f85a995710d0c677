/** ojAlgo: pure Java, for machines on which no native library loads. */
@NullMarked
package io.github.puzzle4j.solver.ojalgo;

import org.jspecify.annotations.NullMarked;
