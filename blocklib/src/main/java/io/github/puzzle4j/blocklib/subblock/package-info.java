/**
 * Operations on the weights of each kind of subblock: initial weights, forward pass, slices and
 * ranking. One class for each kind; {@link
 * io.github.puzzle4j.blocklib.subblock.SubblockTensors#of(io.github.puzzle4j.blocklib.arch.Attention)}
 * finds it.
 */
@NullMarked
package io.github.puzzle4j.blocklib.subblock;

import org.jspecify.annotations.NullMarked;
