package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the weights of a variant come out of what is stored for its layer. A pruned FFN may be stored
 * itself, or be the first channels of a wider one: of the one that all widths were trained in, or
 * of the teacher's with its channels sorted.
 *
 * @param stored tensors by {@link BlockLibrary#tensorName}
 * @param teacher where subblocks that stay are taken from
 * @param shape of the teacher
 * @param layer counted from 0
 */
record StoredLayer(TensorSource stored, TensorSource teacher, Architecture shape, int layer) {

  /** In place of a variant's id: what all widths were trained in. */
  static final String ELASTIC = "elastic";

  /** Which widths are the first channels of that. */
  static final String WIDTHS = BlockLibrary.tensorName(SubblockKind.FFN, ELASTIC, "widths");

  /** The teacher's channels from the largest contribution down. */
  static final String CHANNEL_ORDER = SubblockKind.FFN.id() + "/channel_order";

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private ModelConfig config() {
    return shape.config();
  }

  /** What the layer is in the teacher. */
  private BlockVariant own() {
    return shape.blocks().get(layer);
  }

  /** A layer's tensors by their suffixes, attention's first; some are views of what is stored. */
  Map<String, Tensor> tensors(BlockVariant variant) throws IOException {
    if (isPair(variant)) {
      return named(SubblockKind.BLOCK, variant.id(), suffixes(variant));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(attention(variant.attention()));
    tensors.putAll(ffn(variant.ffn()));
    return tensors;
  }

  /** Whether the two have weights that were trained together. */
  boolean isPair(BlockVariant variant) {
    return suffixes(variant).keySet().stream()
        .map(suffix -> BlockLibrary.tensorName(SubblockKind.BLOCK, variant.id(), suffix))
        .anyMatch(stored.names()::contains);
  }

  private Map<String, List<Long>> suffixes(BlockVariant variant) {
    Map<String, List<Long>> shapes =
        new LinkedHashMap<>(TensorNames.attention(config(), variant.attention()));
    shapes.putAll(TensorNames.ffn(config(), variant.ffn()));
    return shapes;
  }

  private Map<String, Tensor> attention(AttentionVariant variant) throws IOException {
    Map<String, List<Long>> shapes = TensorNames.attention(config(), variant);
    return variant.equals(own().attention())
        ? teachers(shapes)
        : named(SubblockKind.ATTENTION, variant.id(), shapes);
  }

  private Map<String, Tensor> ffn(FfnVariant variant) throws IOException {
    Map<String, List<Long>> shapes = TensorNames.ffn(config(), variant);
    if (variant.equals(own().ffn())) {
      return teachers(shapes);
    }
    return switch (variant) {
      case FfnVariant.Pruned(int channels) -> pruned(variant.id(), channels, shapes);
      case FfnVariant.Teacher(), FfnVariant.Experts(_), FfnVariant.Linear(), FfnVariant.NoOp() ->
          named(SubblockKind.FFN, variant.id(), shapes);
    };
  }

  private Map<String, Tensor> pruned(String id, int channels, Map<String, List<Long>> shapes)
      throws IOException {
    boolean isStored =
        shapes.keySet().stream()
            .map(suffix -> BlockLibrary.tensorName(SubblockKind.FFN, id, suffix))
            .anyMatch(stored.names()::contains);
    Map<String, Tensor> whole;
    long[] order;
    if (!isStored && stored.names().contains(WIDTHS) && isAmong(channels)) {
      whole = new LinkedHashMap<>();
      for (String suffix : shapes.keySet()) {
        whole.put(
            suffix, stored.tensor(BlockLibrary.tensorName(SubblockKind.FFN, ELASTIC, suffix)));
      }
      order = new long[channels];
      Arrays.setAll(order, channel -> channel);
    } else if (!isStored && stored.names().contains(CHANNEL_ORDER)) {
      whole = teachers(TensorNames.ffn(config(), own().ffn()));
      order = Arrays.copyOf(channelOrder(), channels);
    } else {
      return named(SubblockKind.FFN, id, shapes);
    }
    Map<String, Tensor> slices = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : whole.entrySet()) {
      slices.put(
          entry.getKey(), ChannelSlices.chosen(config(), entry.getKey(), entry.getValue(), order));
    }
    return slices;
  }

  private boolean isAmong(int channels) throws IOException {
    return Arrays.stream(longs(stored.tensor(WIDTHS))).anyMatch(width -> width == channels);
  }

  /**
   * The teacher's channels from the largest contribution down.
   *
   * @throws InvalidInputException if what is stored is no order of them
   */
  long[] channelOrder() throws IOException {
    long[] order = longs(stored.tensor(CHANNEL_ORDER));
    long[] sorted = order.clone();
    Arrays.sort(sorted);
    int channels = own().ffn().channels(config());
    boolean complete = sorted.length == channels;
    for (int channel = 0; complete && channel < sorted.length; channel++) {
      complete = sorted[channel] == channel;
    }
    if (!complete) {
      throw new InvalidInputException(
          "layer %d of the library: '%s' is no order of %d channels"
              .formatted(layer, CHANNEL_ORDER, channels));
    }
    return order;
  }

  private Map<String, Tensor> teachers(Map<String, List<Long>> shapes) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String suffix : shapes.keySet()) {
      tensors.put(suffix, teacher.tensor(TensorNames.ofLayer(layer, suffix)));
    }
    return tensors;
  }

  private Map<String, Tensor> named(SubblockKind kind, String id, Map<String, List<Long>> shapes)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
      Tensor tensor = stored.tensor(BlockLibrary.tensorName(kind, id, entry.getKey()));
      if (!tensor.shape().equals(entry.getValue())) {
        throw new InvalidInputException(
            "layer %d of the library: %s of %s has shape %s, the model needs %s"
                .formatted(layer, entry.getKey(), id, tensor.shape(), entry.getValue()));
      }
      tensors.put(entry.getKey(), tensor);
    }
    return tensors;
  }

  static Tensor longs(long... values) {
    MemorySegment data = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
    for (int i = 0; i < values.length; i++) {
      data.set(LONG, (long) i * Long.BYTES, values[i]);
    }
    return new Tensor(TensorType.I64, List.of((long) values.length), data);
  }

  /**
   * The numbers of a tensor.
   *
   * @throws InvalidInputException if they are no whole ones
   */
  static long[] longs(Tensor tensor) throws IOException {
    if (tensor.type() != TensorType.I64) {
      throw new InvalidInputException("a tensor of %s where I64 belongs".formatted(tensor.type()));
    }
    long[] values = new long[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.data().get(LONG, (long) i * Long.BYTES);
    }
    return values;
  }
}
