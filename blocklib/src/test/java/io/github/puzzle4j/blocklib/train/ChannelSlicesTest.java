package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.subblock.Origin;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelSlicesTest {

  private static final GatedFfn OWN = new GatedFfn(TinyModel.CHANNELS);

  private final DeviceMemory memory = DeviceMemory.open();
  private final Model model = TinyModel.model(1);
  private final TensorSource teacher = TinyModel.weights(model, 5);
  private final DeviceTensor hidden = TinyModel.normal(memory, 6, 4, 7, TinyModel.HIDDEN);
  private BlockRunner runner;
  private BlockWeights weights;
  private long[] order;

  @BeforeEach
  void open() throws IOException {
    runner = new BlockRunner(memory, model.common(), Precision.FLOAT32);
    weights = BlockWeights.load(memory, model, teacher, 0);
    order = runner.channelContribution(OWN, hidden, weights.ffn()).argSortDescending().toLongs();
    assertThat(order).isNotEqualTo(sorted());
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void theSortedTeacherComputesWhatTheTeacherComputes() throws IOException {
    DeviceTensor sorted = runner.ffn(OWN, hidden, stored(TinyModel.CHANNELS));
    assertThat(sorted.toFloats())
        .containsExactly(runner.ffn(OWN, hidden, weights.ffn()).toFloats(), within(2e-5f));
  }

  /** The first channels of the sorted teacher, and those channels picked from the teacher. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 19, 20})
  void aSliceIsItsMaterialisedFormBitForBit(int width) throws IOException {
    GatedFfn pruned = new GatedFfn(width);
    Map<String, DeviceTensor> stored = stored(width);
    SequencedMap<String, DeviceTensor> materialised =
        width == TinyModel.CHANNELS
            ? stored(width)
            : SubblockTensors.of(pruned)
                .initial(memory, new Origin(OWN, weights.ffn(), TinyModel.HIDDEN, boxed(order)));
    Origin shared = new Origin(OWN, stored(TinyModel.CHANNELS), TinyModel.HIDDEN);
    Map<String, DeviceTensor> slice = SubblockTensors.of(pruned).cut(memory, shared);
    assertThat(slice.keySet()).isEqualTo(materialised.keySet()).isEqualTo(stored.keySet());
    for (String name : materialised.keySet()) {
      float[] wanted = floats(materialised, name);
      assertThat(floats(slice, name)).isEqualTo(wanted);
      assertThat(floats(stored, name)).isEqualTo(wanted);
    }
    float[] output = runner.ffn(pruned, hidden, materialised).toFloats();
    assertThat(runner.ffn(pruned, hidden, slice).toFloats()).isEqualTo(output);
    assertThat(runner.ffn(pruned, hidden, stored).toFloats()).isEqualTo(output);
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
    long[] order = {4, 2, 0, 1, 3};
    SubblockTensors two = SubblockTensors.of(new GatedFfn(2));
    assertThat(two.slice(GatedFfn.UP, up, order).toFloats())
        .containsExactly(12, 13, 14, 6, Float.NaN, 8);
    assertThat(two.slice(GatedFfn.DOWN, down, order).toFloats())
        .containsExactly(4, 2, 9, Float.NaN, 14, 12);
    assertThat(two.slice(GatedFfn.NORM, up, order)).isSameAs(up);
    byte[] row = up.data().toArray(ValueLayout.JAVA_BYTE);
    assertThat(
            SubblockTensors.of(new GatedFfn(1))
                .slice(GatedFfn.GATE, up, new long[] {2, 0, 1, 3, 4})
                .data()
                .toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(Arrays.copyOfRange(row, 6 * type.bytes(), 9 * type.bytes()));
  }

  private SequencedMap<String, DeviceTensor> stored(int width) throws IOException {
    GatedFfn ffn = new GatedFfn(width);
    SequencedMap<String, DeviceTensor> tensors = new LinkedHashMap<>();
    for (String suffix : ffn.tensors(TinyModel.HIDDEN).keySet()) {
      Tensor whole = teacher.tensor(TensorNames.ofLayer(0, suffix));
      tensors.put(suffix, memory.load(SubblockTensors.of(ffn).slice(suffix, whole, order)));
    }
    return tensors;
  }

  private static float[] floats(Map<String, DeviceTensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).toFloats();
  }

  private static long[] sorted() {
    long[] sorted = new long[TinyModel.CHANNELS];
    Arrays.setAll(sorted, channel -> channel);
    return sorted;
  }

  private static List<Long> boxed(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
