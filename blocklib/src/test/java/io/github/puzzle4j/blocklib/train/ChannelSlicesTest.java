package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelSlicesTest {

  private final DeviceMemory memory = DeviceMemory.open();
  private final ModelConfig config = TinyModel.config(1);
  private final TensorSource teacher = TinyModel.teacher(config, 5);
  private final DeviceTensor hidden = TinyModel.normal(memory, 6, 4, 7, TinyModel.HIDDEN);
  private BlockRunner runner;
  private BlockWeights weights;
  private long[] order;

  @BeforeEach
  void open() throws IOException {
    runner = new BlockRunner(memory, config, Precision.FLOAT32);
    weights = BlockWeights.load(memory, config, teacher, 0, BlockVariant.teacher());
    order = TinyDistillation.channelOrder(memory, runner, weights, List.of(hidden));
    assertThat(order).isNotEqualTo(sorted());
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void theSortedTeacherComputesWhatTheTeacherComputes() throws IOException {
    FfnVariant.Pruned all = new FfnVariant.Pruned(TinyModel.CHANNELS);
    DeviceTensor sorted = runner.ffn(all, hidden, sortedTeacher(TinyModel.CHANNELS), false);
    assertThat(sorted.toFloats())
        .containsExactly(
            runner.ffn(new FfnVariant.Teacher(), hidden, weights.ffn(), false).toFloats(),
            within(2e-5f));
  }

  /** The first channels of the sorted teacher, and those channels picked from the teacher. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 19, 20})
  void aSliceIsItsMaterialisedFormBitForBit(int width) throws IOException {
    FfnVariant.Pruned pruned = new FfnVariant.Pruned(width);
    List<DeviceTensor> materialised =
        new InitialVariants(config).ffn(memory, pruned, weights.ffn(), order);
    List<DeviceTensor> slice =
        ChannelSlices.prefix(memory, config, sortedTeacher(TinyModel.CHANNELS), width);
    List<DeviceTensor> stored = sortedTeacher(width);
    for (int i = 0; i < materialised.size(); i++) {
      float[] wanted = materialised.get(i).toFloats();
      assertThat(slice.get(i).toFloats()).isEqualTo(wanted);
      assertThat(stored.get(i).toFloats()).isEqualTo(wanted);
    }
    float[] output = runner.ffn(pruned, hidden, materialised, false).toFloats();
    assertThat(runner.ffn(pruned, hidden, slice, false).toFloats()).isEqualTo(output);
    assertThat(runner.ffn(pruned, hidden, stored, false).toFloats()).isEqualTo(output);
  }

  /** Of every type that files hold, bytes are moved and not read. */
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16", "BF16"})
  void bytesAreMovedAsTheyAre(TensorType type) {
    float[] values = new float[15];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == 7 ? Float.NaN : i;
    }
    Tensor up = Tensor.ofFloats(type, List.of(5L, 3L), values);
    Tensor down = Tensor.ofFloats(type, List.of(3L, 5L), values);
    long[] two = {4, 2};
    assertThat(ChannelSlices.chosen(config, TensorNames.UP, up, two).toFloats())
        .containsExactly(12, 13, 14, 6, Float.NaN, 8);
    assertThat(ChannelSlices.chosen(config, TensorNames.DOWN, down, two).toFloats())
        .containsExactly(4, 2, 9, Float.NaN, 14, 12);
    assertThat(ChannelSlices.chosen(config, TensorNames.FFN_NORM, up, two)).isSameAs(up);
    byte[] row = up.data().toArray(ValueLayout.JAVA_BYTE);
    assertThat(
            ChannelSlices.chosen(config, TensorNames.GATE, up, new long[] {2})
                .data()
                .toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(Arrays.copyOfRange(row, 6 * type.bytes(), 9 * type.bytes()));
  }

  private List<DeviceTensor> sortedTeacher(int width) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String suffix : TensorNames.ffn(config, new FfnVariant.Teacher()).keySet()) {
      Tensor whole = teacher.tensor(TensorNames.ofLayer(0, suffix));
      tensors.put(suffix, ChannelSlices.chosen(config, suffix, whole, Arrays.copyOf(order, width)));
    }
    List<DeviceTensor> arrays = new ArrayList<>();
    for (Tensor tensor : tensors.values()) {
      arrays.add(memory.load(tensor));
    }
    return arrays;
  }

  private static long[] sorted() {
    long[] sorted = new long[TinyModel.CHANNELS];
    Arrays.setAll(sorted, channel -> channel);
    return sorted;
  }
}
