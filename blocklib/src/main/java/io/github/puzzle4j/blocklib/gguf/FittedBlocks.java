package io.github.puzzle4j.blocklib.gguf;

import java.util.Arrays;

/**
 * Writes Q4_K and Q6_K, which {@link LargeBlocks} reads. The scale of each group is searched as
 * llama.cpp does without an importance matrix: of some steps around the one that meets the
 * extremes, that whose integers fit the numbers best by weighted least squares.
 */
final class FittedBlocks {

  private static final int SIZE = LargeBlocks.SIZE;
  private static final int LANES = 32;
  private static final int GROUP = 16;

  /** Numbers below are taken for zero. */
  private static final float NOTHING = 1e-15f;

  private FittedBlocks() {}

  /** Scale and offset of a group: numbers are about scale times integer minus offset. */
  private record Line(float scale, float offset) {}

  static void q4(float[] in, int from, byte[] out, int at) {
    Arrays.fill(out, at, at + GgufType.Q4_K.blockBytes(), (byte) 0);
    int groups = SIZE / LANES;
    Line[] lines = new Line[groups];
    float scale = 0;
    float offset = 0;
    for (int group = 0; group < groups; group++) {
      lines[group] = line(in, from + group * LANES);
      scale = Math.max(scale, lines[group].scale);
      offset = Math.max(offset, lines[group].offset);
    }
    float scales = BlockEncoder.putHalf(out, at, scale / 63);
    float offsets = BlockEncoder.putHalf(out, at + 2, offset / 63);
    for (int group = 0; group < groups; group++) {
      int own = sixBits(lines[group].scale, scale);
      int below = sixBits(lines[group].offset, offset);
      pack(out, at + 4, group, own, below);
      int first = at + 16 + group / 2 * LANES;
      for (int i = 0; i < LANES && scales * own != 0; i++) {
        float number = (in[from + group * LANES + i] + offsets * below) / (scales * own);
        out[first + i] |= (byte) (clamp(number, 0, 15) << (group % 2 * 4));
      }
    }
  }

  private static int sixBits(float value, float largest) {
    return largest > 0 ? Math.min(63, (int) Math.rint(63 / largest * value)) : 0;
  }

  /** The first four scales and offsets have a byte's low six bits, the others are in pieces. */
  private static void pack(byte[] out, int at, int group, int scale, int offset) {
    if (group < 4) {
      out[at + group] = (byte) scale;
      out[at + group + 4] = (byte) offset;
    } else {
      out[at + group + 4] = (byte) ((scale & 0xF) | ((offset & 0xF) << 4));
      out[at + group - 4] |= (byte) ((scale >> 4) << 6);
      out[at + group] |= (byte) ((offset >> 4) << 6);
    }
  }

  private static Line line(float[] in, int from) {
    float least = 0;
    float most = in[from];
    float squares = 0;
    for (int i = from; i < from + LANES; i++) {
      least = Math.min(least, in[i]);
      most = Math.max(most, in[i]);
      squares += in[i] * in[i];
    }
    if (most == least) {
      return new Line(0, -least);
    }
    float typical = (float) Math.sqrt(squares / LANES);
    LineFit fit = new LineFit(in, from, typical, least, 15 / (most - least));
    for (int step = 0; step <= 20; step++) {
      fit.consider((-1 + 0.1f * step + 15) / (most - fit.least), fit.least);
    }
    return new Line(fit.scale, -fit.least);
  }

  /** The best line so far through the numbers of a group, the larger ones counting more. */
  private static final class LineFit {

    private final float[] in;
    private final int from;
    private final float typical;
    private float scale;
    private float least;
    private float error;

    LineFit(float[] in, int from, float typical, float least, float step) {
      this.in = in;
      this.from = from;
      this.typical = typical;
      this.scale = 1 / step;
      this.least = least;
      this.error = error(scale, least, step, least);
    }

    private float weight(int i) {
      return typical + Math.abs(in[i]);
    }

    /** Takes the line that fits the integers best which this step gives, if it is better. */
    void consider(float step, float start) {
      float weights = 0;
      float numbers = 0;
      float integers = 0;
      float squares = 0;
      float products = 0;
      for (int i = from; i < from + LANES; i++) {
        float weight = weight(i);
        int integer = clamp(step * (in[i] - start), 0, 15);
        weights += weight;
        numbers += weight * in[i];
        integers += weight * integer;
        squares += weight * integer * integer;
        products += weight * integer * in[i];
      }
      float determinant = weights * squares - integers * integers;
      if (determinant <= 0) {
        return;
      }
      float slope = (weights * products - numbers * integers) / determinant;
      float intercept = (squares * numbers - integers * products) / determinant;
      if (intercept > 0) {
        intercept = 0;
        slope = products / squares;
      }
      float own = error(slope, intercept, step, start);
      if (own < error) {
        error = own;
        scale = slope;
        least = intercept;
      }
    }

    private float error(float slope, float intercept, float step, float start) {
      float sum = 0;
      for (int i = from; i < from + LANES; i++) {
        float gap = slope * clamp(step * (in[i] - start), 0, 15) + intercept - in[i];
        sum += weight(i) * gap * gap;
      }
      return sum;
    }
  }

  static void q6(float[] in, int from, byte[] out, int at) {
    Arrays.fill(out, at, at + GgufType.Q6_K.blockBytes(), (byte) 0);
    float[] scales = new float[SIZE / GROUP];
    float farthest = 0;
    for (int group = 0; group < scales.length; group++) {
      scales[group] = scale(in, from + group * GROUP);
      if (Math.abs(scales[group]) > Math.abs(farthest)) {
        farthest = scales[group];
      }
    }
    if (Math.abs(farthest) < NOTHING) {
      return;
    }
    int high = at + SIZE / 2;
    int packed = high + SIZE / 4;
    float inverse = -128 / farthest;
    float factor = BlockEncoder.putHalf(out, packed + GROUP, 1 / inverse);
    for (int group = 0; group < scales.length; group++) {
      int own = Math.min(Byte.MAX_VALUE, (int) Math.rint(inverse * scales[group]));
      out[packed + group] = (byte) own;
      int row = group / 2;
      int lane = group % 2 * GROUP;
      int low = at + row / 4 * 64 + row % 2 * LANES + lane;
      int upper = high + row / 4 * LANES + lane;
      for (int i = 0; i < GROUP; i++) {
        float scale = factor * own;
        int integer = scale == 0 ? 0 : clamp(in[from + group * GROUP + i] / scale, -32, 31) + 32;
        out[low + i] |= (byte) ((integer & 0xF) << (row % 4 / 2 * 4));
        out[upper + i] |= (byte) ((integer >> 4) << (row % 4 * 2));
      }
    }
  }

  /** The scale of sixteen numbers, larger ones counting by their squares. */
  private static float scale(float[] in, int from) {
    float farthest = 0;
    for (int i = from; i < from + GROUP; i++) {
      if (Math.abs(in[i]) > Math.abs(farthest)) {
        farthest = in[i];
      }
    }
    if (Math.abs(farthest) < NOTHING) {
      return 0;
    }
    float scale = 0;
    float best = 0;
    for (int order = 0; order < 19; order++) {
      // The step that meets the farthest number comes first.
      int step = order == 0 ? 0 : order - (order <= 9 ? 10 : 9);
      float inverse = -(32 + 0.1f * step) / farthest;
      float products = 0;
      float squares = 0;
      for (int i = from; i < from + GROUP; i++) {
        int integer = clamp(inverse * in[i], -32, 31);
        float weight = in[i] * in[i];
        products += weight * in[i] * integer;
        squares += weight * integer * integer;
      }
      if (squares > 0 && products * products > best * squares) {
        scale = products / squares;
        best = scale * products;
      }
    }
    return scale;
  }

  private static int clamp(float number, int least, int most) {
    return (int) Math.clamp(Math.rint(number), least, most);
  }
}
