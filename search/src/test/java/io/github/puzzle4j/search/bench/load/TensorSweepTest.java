package io.github.puzzle4j.search.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorSweepTest {

  /** Two pieces and a bit, so that the last word is not whole. */
  private static final int BYTES = (2 << 22) + 13;

  private static TensorSource bytes(byte[] content) {
    return TensorSource.of(
        Map.of(
            "x",
            new Tensor(
                TensorType.U8, List.of((long) content.length), MemorySegment.ofArray(content))));
  }

  @Test
  void everyByteCounts() throws IOException {
    byte[] content = new byte[BYTES];
    Random random = new Random(1);
    random.nextBytes(content);
    long sum = TensorSweep.bytes(bytes(content), 2);
    int[] places = {0, 7, 8, (1 << 22) - 1, 1 << 22, BYTES - 14, BYTES - 13, BYTES - 1};
    for (int place : places) {
      content[place] ^= 0x40;
      assertThat(TensorSweep.bytes(bytes(content), 2)).as("byte %d", place).isNotEqualTo(sum);
      content[place] ^= 0x40;
    }
    assertThat(TensorSweep.bytes(bytes(content), 1)).isEqualTo(sum);
    assertThat(TensorSweep.bytes(bytes(content), 5)).isEqualTo(sum);
  }

  @Test
  void theSumIsThatOfTheWords() throws IOException {
    byte[] content = {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 4, 1};
    assertThat(TensorSweep.bytes(bytes(content), 3)).isEqualTo(3 + (1L << 56) + 4 + 256);
  }

  @Test
  void onlyNumbersBecomeFloats() throws IOException {
    Tensor numbers = Tensor.ofFloats(TensorType.BF16, List.of(50_001L), new float[50_001]);
    Tensor flags = new Tensor(TensorType.BOOL, List.of(3L), MemorySegment.ofArray(new byte[3]));
    assertThat(TensorSweep.floats(TensorSource.of(Map.of("x", numbers, "y", flags)), 2))
        .isEqualTo(50_001);
  }
}
