package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * The architecture of a model, teacher or child: common parts and a sequence of layers, which may
 * differ.
 *
 * @param common what the layers have in common
 * @param layers first to last, at least one
 */
public record Model(CommonParts common, List<Layer> layers) {

  public Model {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a model needs at least one layer");
    }
  }

  /** A model whose layers are all alike. */
  public static Model uniform(CommonParts common, int layers, Layer layer) {
    return new Model(common, Collections.nCopies(layers, layer));
  }

  /** Width of the residual stream. */
  public int hiddenSize() {
    return common.hiddenSize();
  }

  /** The same common parts with other layers. */
  public Model withLayers(List<Layer> others) {
    return new Model(common, others);
  }

  /** All trainable elements, embeddings included. */
  public long parameters() {
    return common.parameters()
        + layers.stream().mapToLong(layer -> layer.parameters(hiddenSize())).sum();
  }

  /** The first layer that differs from layer 0, counted from 0; empty if all layers are alike. */
  public OptionalInt firstUnlike() {
    for (int layer = 1; layer < layers.size(); layer++) {
      if (!layers.get(layer).equals(layers.getFirst())) {
        return OptionalInt.of(layer);
      }
    }
    return OptionalInt.empty();
  }

  /** The attention of the first layer that has softmax attention; empty without such a layer. */
  public Optional<SoftmaxAttention> firstSoftmax() {
    for (Layer layer : layers) {
      switch (layer.attention()) {
        case SoftmaxAttention attention -> {
          return Optional.of(attention);
        }
        case LinearAttention _, NoAttention _ -> {}
      }
    }
    return Optional.empty();
  }

  /** Elements that the KV cache holds for each token. */
  public long cachedElementsPerToken() {
    return layers.stream()
        .flatMap(layer -> layer.attention().cache().stream())
        .mapToLong(KvCache::elementsPerToken)
        .sum();
  }

  /** Full names and shapes of all tensors: those of the layers, then the common ones. */
  public SequencedMap<String, List<Long>> tensors() {
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      int index = layer;
      layers
          .get(layer)
          .tensors(hiddenSize())
          .forEach((suffix, shape) -> tensors.put(TensorNames.ofLayer(index, suffix), shape));
    }
    tensors.putAll(common.tensors());
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /**
   * Why engines cannot divide this model among {@code gpus} GPUs by tensor parallelism, in one line
   * that names the first such layer; empty if they can.
   */
  public Optional<String> objection(int gpus) {
    for (int layer = 0; layer < layers.size(); layer++) {
      Optional<String> objection = layers.get(layer).objection(gpus);
      if (objection.isPresent()) {
        return Optional.of("layer %d: %s".formatted(layer, objection.get()));
      }
    }
    return Optional.empty();
  }

  /**
   * Why this model cannot be trained, evaluated or exported, though it can be described and priced,
   * in one sentence without a full stop; empty if it can.
   */
  public Optional<String> objectionToComputing() {
    return layers.stream()
        .flatMap(layer -> layer.objectionToComputing().stream())
        .findFirst()
        .map(why -> "%s with %s".formatted(common.family(), why));
  }
}
