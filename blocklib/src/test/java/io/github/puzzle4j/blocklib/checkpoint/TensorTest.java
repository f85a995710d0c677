package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void everyBf16NumberSurvivesTheRoundTrip() {
    float[] values = new float[1 << 16];
    for (int bits = 0; bits < values.length; bits++) {
      values[bits] = Float.intBitsToFloat(bits << 16);
    }
    float[] again =
        Tensor.ofFloats(TensorType.BF16, List.of((long) values.length), values).toFloats();
    assertThat(again).containsExactly(values);
  }

  @Test
  void bf16RoundsToTheNearestAndTiesToEven() {
    // One bf16 step at 1 is 2^-7.
    float step = 1f / 128;
    float[] values = {1 + step / 2, 1 + 3 * step / 2, 1 + 0.51f * step, -1 - step / 2, 3.4e38f};
    assertThat(Tensor.ofFloats(TensorType.BF16, List.of(5L), values).toFloats())
        .containsExactly(1, 1 + 2 * step, 1 + step, -1, Float.POSITIVE_INFINITY);
  }

  @Test
  void aNanStaysANan() {
    float nan = Float.intBitsToFloat(0x7F800001);
    assertThat(Tensor.ofFloats(TensorType.BF16, List.of(1L), new float[] {nan}).toFloats()[0])
        .isNaN();
  }

  @Test
  void partsAreReadFromTheirPlace() {
    Tensor tensor = Tensor.ofFloats(TensorType.F16, List.of(2L, 2L), new float[] {1, 2, 3, 4});
    assertThat(tensor.toFloats(1, 2)).containsExactly(2, 3);
  }

  @Test
  void sizeAndShapeMustAgree() {
    assertThatThrownBy(
            () -> new Tensor(TensorType.F32, List.of(3L), MemorySegment.ofArray(new byte[8])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12")
        .hasMessageContaining("8");
  }

  /** Compared with all numbers that there are. */
  @Test
  void eightBitsAreTheNearestOnesTiesToEvenAndTheLargestBeyond() {
    float[] all = new float[254];
    for (int i = 0; i < 254; i++) {
      byte[] bits = {(byte) (i < 127 ? i : (i - 127) | 0x80)};
      all[i] =
          new Tensor(TensorType.F8_E4M3, List.of(1L), MemorySegment.ofArray(bits)).toFloats()[0];
    }
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      float drawn = (float) (random.nextGaussian() * Math.pow(10, random.nextDouble(-4, 3)));
      // Some numbers of the type, and some in the middle between two.
      values[i] =
          i % 3 == 0 ? drawn : (all[random.nextInt(126)] + all[random.nextInt(2) + i % 125]) / 2;
    }
    float[] rounded =
        Tensor.ofFloats(TensorType.F8_E4M3, List.of((long) values.length), values).toFloats();
    for (int i = 0; i < values.length; i++) {
      float best = 0;
      int ties = 0;
      for (int code = 0; code < all.length; code++) {
        double gap = Math.abs((double) all[code] - values[i]);
        double smallest = Math.abs((double) best - values[i]);
        if (gap < smallest || (gap == smallest && code % 2 == (code < 127 ? 0 : 1))) {
          best = all[code];
          ties++;
        }
      }
      assertThat(rounded[i])
          .as("%s after %d", values[i], ties)
          .isEqualTo(best == 0 ? 0 * rounded[i] : best);
    }
  }
}
