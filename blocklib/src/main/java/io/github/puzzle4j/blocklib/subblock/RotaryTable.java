package io.github.puzzle4j.blocklib.subblock;

import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Cosines and sines of the rotary embedding, {@code [tokens, headDim]}, made once per size and
 * multiplied by its attention factor.
 *
 * <p>Rotation is {@code head * cos + swapped * sin}, where the halves of the head are swapped (Su
 * et al., arXiv 2104.09864, section 3.4.2, with the halves of a head as pairs). The sines of the
 * first half are stored negated, so that kernels need no negation.
 */
final class RotaryTable {

  /** One pair of tables. */
  record Angles(DeviceTensor cos, DeviceTensor sin) {

    /** Those of some positions. */
    Angles slice(DeviceMemory scope, long from, long to) {
      return new Angles(cos.alias(scope).slice(0, from, to), sin.alias(scope).slice(0, from, to));
    }
  }

  private final DeviceMemory memory;
  private final CommonParts common;
  private final Map<Size, Angles> bySize = new HashMap<>();

  RotaryTable(DeviceMemory memory, CommonParts common) {
    this.memory = memory;
    this.common = common;
  }

  private record Size(long tokens, int width) {}

  /** The tables for heads of a width. */
  Angles angles(long tokens, int headDim) {
    return bySize.computeIfAbsent(
        new Size(tokens, headDim), size -> compute(size.tokens(), size.width()));
  }

  private Angles compute(long tokens, int width) {
    if (common.rotary().scaling() instanceof RotaryEmbedding.Scaling.Dynamic
        && tokens > common.maxPositions()) {
      throw new IllegalArgumentException(
          "%d tokens: dynamic rope scaling is not implemented beyond %d"
              .formatted(tokens, common.maxPositions()));
    }
    float factor = (float) common.rotary().attentionFactor();
    int rows = Math.toIntExact(tokens);
    float[] cos = new float[rows * width];
    float[] sin = new float[rows * width];
    for (int pair = 0; pair < width / 2; pair++) {
      // Rounded to float as the reference implementations round it, so that angles agree.
      float frequency = (float) common.rotary().scaledFrequency(pair, width);
      for (int row = 0; row < rows; row++) {
        float angle = row * frequency;
        int at = row * width + pair;
        cos[at] = (float) Math.cos(angle) * factor;
        sin[at + width / 2] = (float) Math.sin(angle) * factor;
        cos[at + width / 2] = cos[at];
        sin[at] = -sin[at + width / 2];
      }
    }
    return new Angles(memory.floats(cos, rows, width), memory.floats(sin, rows, width));
  }
}
