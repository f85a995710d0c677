/**
 * What each kind of subblock needs once it has weights: initial weights, forward pass, slices and
 * ranking. One class for each kind; {@link
 * io.github.puzzle4j.blocklib.subblock.SubblockTensors#of(io.github.puzzle4j.blocklib.arch.Attention)}
 * finds it.
 */
@NullMarked
package io.github.puzzle4j.blocklib.subblock;

import org.jspecify.annotations.NullMarked;
