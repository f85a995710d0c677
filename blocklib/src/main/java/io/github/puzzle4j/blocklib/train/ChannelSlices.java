package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Pruned widths of an FFN as slices of a wider one whose channels are sorted: they have no weights
 * of their own. On tensors of files bytes are moved and no number is changed.
 */
final class ChannelSlices {

  private ChannelSlices() {}

  /**
   * The first channels of the weights of an FFN, in the order of {@link TensorNames#ffn}.
   *
   * <p>Copies, since the rounding of a matrix product can depend on how its operands lie; gradients
   * flow through them.
   */
  static List<DeviceTensor> prefix(
      DeviceMemory scope, ModelConfig config, List<DeviceTensor> weights, int channels) {
    List<DeviceTensor> slices = new ArrayList<>();
    int index = 0;
    for (String suffix : TensorNames.ffn(config, new FfnVariant.Teacher()).keySet()) {
      DeviceTensor whole = weights.get(index);
      slices.add(prefix(scope, whole, axis(config, suffix), channels).copy(scope));
      index++;
    }
    return slices;
  }

  private static DeviceTensor prefix(
      DeviceMemory scope, DeviceTensor whole, int axis, int channels) {
    if (axis < 0) {
      return whole;
    }
    DeviceTensor slice = whole.slice(axis, 0, channels);
    slice.attach(scope);
    return slice;
  }

  /**
   * Channels of one tensor of an FFN.
   *
   * @param order of the channels that are wanted, counted from 0
   * @return the tensor itself if it has no channels
   */
  static Tensor chosen(ModelConfig config, String suffix, Tensor whole, long[] order) {
    int axis = axis(config, suffix);
    if (axis < 0) {
      return whole;
    }
    List<Long> shape = new ArrayList<>(whole.shape());
    shape.set(axis, (long) order.length);
    long run = whole.type().bytes();
    for (int i = axis + 1; i < shape.size(); i++) {
      run *= shape.get(i);
    }
    long outer = axis == 0 ? 1 : shape.getFirst();
    long wholeRow = whole.shape().get(axis) * run;
    MemorySegment slice =
        MemorySegment.ofArray(new byte[Math.toIntExact(outer * order.length * run)]);
    long to = 0;
    for (long row = 0; row < outer; row++) {
      for (long channel : order) {
        MemorySegment.copy(whole.data(), row * wholeRow + channel * run, slice, to, run);
        to += run;
      }
    }
    return new Tensor(whole.type(), shape, slice);
  }

  /** Along which axis the channels of a tensor lie; -1 if it has none. */
  private static int axis(ModelConfig config, String suffix) {
    List<Long> one = shape(config, suffix, 1);
    List<Long> two = shape(config, suffix, 2);
    for (int axis = 0; axis < one.size(); axis++) {
      if (!one.get(axis).equals(two.get(axis))) {
        return axis;
      }
    }
    return -1;
  }

  private static List<Long> shape(ModelConfig config, String suffix, int channels) {
    return Objects.requireNonNull(
        TensorNames.ffn(config, new FfnVariant.Pruned(channels)).get(suffix), suffix);
  }
}
