package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.NativeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what trainings of one layer give, no tensor twice, and reads it back. */
final class PartWeights {

  /** Computes an order of channels. */
  @FunctionalInterface
  interface ChannelRanking {
    long[] order() throws IOException;
  }

  private static final String CHANNELS = "channels";

  private final Architecture shape;
  private final ModelConfig config;
  private final TensorType type;
  private final TensorSource teacher;
  private final int layer;
  private final LayerParts parts;

  PartWeights(
      Architecture shape, TensorType type, TensorSource teacher, int layer, LayerParts parts) {
    this.shape = shape;
    this.config = shape.config();
    this.type = type;
    this.teacher = teacher;
    this.layer = layer;
    this.parts = parts;
  }

  /** The order that is stored, or else computed and stored now. */
  long[] channelOrder(ChannelRanking ranking) throws IOException {
    if (parts.find(SubblockKind.FFN, CHANNELS).isEmpty()) {
      Tensor order = StoredLayer.longs(ranking.order());
      parts.write(
          SubblockKind.FFN,
          CHANNELS,
          TensorSource.of(Map.of(StoredLayer.CHANNEL_ORDER, order)),
          List.of());
    }
    try (SafetensorsFile stored = parts.weights(SubblockKind.FFN, CHANNELS)) {
      return new StoredLayer(stored, teacher, shape, layer).channelOrder();
    }
  }

  /** The weights of two variants as they are stored now. */
  BlockWeights load(DeviceMemory scope, BlockVariant variant) throws IOException {
    try (LayerParts.OpenParts open = parts.open()) {
      StoredLayer stored = new StoredLayer(open.tensors(), teacher, shape, layer);
      return BlockWeights.of(scope, config, variant, stored.tensors(variant));
    }
  }

  /**
   * Writes the variants of a training: what was learnt where it is better, else the start; nothing
   * where a variant is a slice of something that is there already.
   */
  void write(
      DeviceMemory parent,
      Training training,
      List<VariantTrainer.Result> results,
      List<DeviceTensor> parameters,
      List<VariantStatistics> statistics)
      throws IOException {
    try (DeviceMemory scope = parent.newScope()) {
      Map<String, DeviceTensor> arrays = new LinkedHashMap<>();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      List<Long> slices = new ArrayList<>();
      for (VariantTrainer.Result result : results) {
        String id = result.view().variant();
        if (isSlice(training, result)) {
          slices.add((long) FfnVariant.parse(id).channels(config));
        } else if (result.improved() || !isThere(training, id)) {
          List<DeviceTensor> from =
              result.improved() ? parameters : training.start().parameters(scope);
          put(arrays, training.kind(), id, id, result.view().cut().weights(scope, from));
        }
      }
      if (!slices.isEmpty()) {
        String widest = new FfnVariant.Pruned((int) parameters.get(1).size(0)).id();
        put(arrays, training.kind(), widest, StoredLayer.ELASTIC, parameters);
        tensors.put(
            StoredLayer.WIDTHS,
            StoredLayer.longs(slices.stream().mapToLong(Long::longValue).toArray()));
      }
      parts.write(
          training.kind(), training.name(), new NativeSource(tensors, arrays, type), statistics);
    }
  }

  private static boolean isSlice(Training training, VariantTrainer.Result result) {
    return training.kind() == SubblockKind.FFN
        && training.name().equals(StoredLayer.ELASTIC)
        && result.improved();
  }

  /** Whether the start of a variant can be made from what is there. */
  private boolean isThere(Training training, String id) throws IOException {
    return switch (training.kind()) {
      case ATTENTION -> false;
      case BLOCK -> true;
      case FFN -> FfnVariant.parse(id) instanceof FfnVariant.Pruned && hasTeachersType();
    };
  }

  private boolean hasTeachersType() throws IOException {
    for (String suffix : TensorNames.ffn(config, new FfnVariant.Teacher()).keySet()) {
      if (teacher.spec(TensorNames.ofLayer(layer, suffix)).type() != type) {
        return false;
      }
    }
    return true;
  }

  private void put(
      Map<String, DeviceTensor> arrays,
      SubblockKind kind,
      String variant,
      String name,
      List<DeviceTensor> weights) {
    int index = 0;
    for (String suffix : BlockLibrary.suffixes(config, kind, variant)) {
      arrays.put(BlockLibrary.tensorName(kind, name, suffix), weights.get(index));
      index++;
    }
  }
}
