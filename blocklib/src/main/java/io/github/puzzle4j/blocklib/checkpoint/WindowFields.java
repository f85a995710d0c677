package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which layers of a Qwen have a sliding window: {@code use_sliding_window}, {@code sliding_window},
 * {@code max_window_layers} and {@code layer_types}.
 */
final class WindowFields {

  static final Set<String> KEYS = Set.of("use_sliding_window", "sliding_window");

  static final String WINDOW = "sliding_window";

  private static final int DEFAULT_WINDOW = 4096;
  private static final int DEFAULT_FULL_LAYERS = 28;

  private WindowFields() {}

  /** The window of each layer, {@link SoftmaxAttention#NO_WINDOW} for full attention. */
  static List<Integer> read(ConfigJson config, int layers) throws InvalidInputException {
    List<Boolean> sliding = sliding(config, layers);
    if (!sliding.contains(true)) {
      return Collections.nCopies(layers, SoftmaxAttention.NO_WINDOW);
    }
    if (isNull(config, WINDOW)) {
      throw config.invalid("layer_types holds \"sliding_attention\", but sliding_window is null");
    }
    int window = config.size(WINDOW, DEFAULT_WINDOW);
    return sliding.stream().map(slides -> slides ? window : SoftmaxAttention.NO_WINDOW).toList();
  }

  private static List<Boolean> sliding(ConfigJson config, int layers) throws InvalidInputException {
    boolean used = config.flag("use_sliding_window");
    Optional<JsonNode> types = config.get("layer_types");
    List<Boolean> sliding = new ArrayList<>();
    if (types.isPresent()) {
      for (JsonNode type : types.get()) {
        sliding.add(isSliding(config, type));
      }
      LlamaFields.requireOneForEachLayer(config, sliding.size(), layers);
      if (sliding.contains(true) && !used) {
        throw config.invalid(
            "layer_types holds \"sliding_attention\", but use_sliding_window is not true");
      }
      return sliding;
    }
    int full = used && !isNull(config, WINDOW) ? fullLayers(config) : layers;
    for (int layer = 0; layer < layers; layer++) {
      sliding.add(layer >= full);
    }
    return sliding;
  }

  /** Differs from an absent key, which means the default window. */
  private static boolean isNull(ConfigJson config, String key) {
    return config.node().has(key) && config.get(key).isEmpty();
  }

  /** May be 0, which no other size may. */
  private static int fullLayers(ConfigJson config) throws InvalidInputException {
    boolean none =
        config.get("max_window_layers").filter(n -> n.toString().equals("0")).isPresent();
    return none ? 0 : config.size("max_window_layers", DEFAULT_FULL_LAYERS);
  }

  private static boolean isSliding(ConfigJson config, JsonNode type) throws InvalidInputException {
    return switch (type.asString("")) {
      case "full_attention" -> false;
      case "sliding_attention" -> true;
      default ->
          throw config.invalid(
              "layer_types holds %s; there are \"full_attention\" and \"sliding_attention\""
                  .formatted(type));
    };
  }

  /** Turns a config into one without windows, in every family. */
  static void remove(ObjectNode node) {
    node.remove(List.of("layer_types", "use_sliding_window", "max_window_layers"));
    node.putNull(WINDOW);
  }

  /** Why a model's layers differ in more than one window size; empty if they do not. */
  static Optional<String> objection(Model model) {
    Set<Integer> windows = new TreeSet<>();
    Layer first = model.layers().getFirst();
    for (int layer = 0; layer < model.layers().size(); layer++) {
      Layer own = model.layers().get(layer);
      if (UniformLayers.objection(model, own).isPresent() || !isLike(own, first)) {
        return Optional.of(
            "layer %d is %s, and layers of a %s differ in nothing but the window"
                .formatted(layer, own.id(), model.common().family()));
      }
      SoftmaxAttention attention = UniformLayers.attention(own);
      if (attention.hasWindow()) {
        windows.add(attention.window());
      }
    }
    return windows.size() < 2
        ? Optional.empty()
        : Optional.of("there are windows of %s tokens, not of one size".formatted(windows));
  }

  /** Whether two layers of softmax attention and a gated FFN are the same but for the window. */
  private static boolean isLike(Layer one, Layer other) {
    SoftmaxAttention attention = UniformLayers.attention(other);
    return one.ffn().equals(other.ffn())
        && UniformLayers.attention(one).withWindow(attention.window()).equals(attention);
  }

  static void write(ObjectNode node, Model model) {
    write(
        node,
        model.layers().stream().map(layer -> UniformLayers.attention(layer).window()).toList());
  }

  /** Writes the windows of all layers; of several sizes, the largest is the one that is stated. */
  static void write(ObjectNode node, List<Integer> windows) {
    ArrayNode types = node.putArray("layer_types");
    int window = SoftmaxAttention.NO_WINDOW;
    for (int own : windows) {
      types.add(own == SoftmaxAttention.NO_WINDOW ? "full_attention" : "sliding_attention");
      window = Math.max(window, own);
    }
    node.put("use_sliding_window", window != SoftmaxAttention.NO_WINDOW);
    if (window == SoftmaxAttention.NO_WINDOW) {
      node.putNull("sliding_window");
    } else {
      node.put("sliding_window", window);
    }
  }
}
