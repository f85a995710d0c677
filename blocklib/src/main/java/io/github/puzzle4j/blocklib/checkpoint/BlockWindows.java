package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The windows that {@code block_configs} state by {@code sliding_window_size}: a number of tokens,
 * or {@code "full"}. They then hold in any family, whatever its keys for all layers say.
 *
 * @param config with the blocks
 * @param ofLayers by layer; empty where a block states none, as those without attention do
 */
record BlockWindows(ConfigJson config, List<Optional<Integer>> ofLayers) {

  static final String KEY = "sliding_window_size";
  static final String FULL = "full";

  private static final String TYPES = "layer_types";

  BlockWindows {
    ofLayers = List.copyOf(ofLayers);
  }

  static BlockWindows of(ConfigJson config) throws InvalidInputException {
    List<Optional<Integer>> windows = new ArrayList<>();
    JsonNode blocks = config.list(PerLayerFields.BLOCKS);
    for (int i = 0; i < blocks.size(); i++) {
      windows.add(window(PerLayerFields.block(config, blocks, i)));
    }
    return new BlockWindows(config, windows);
  }

  private static Optional<Integer> window(ConfigJson block) throws InvalidInputException {
    ConfigJson attention = BlockFields.part(block, "attention");
    Optional<JsonNode> size = attention.get(KEY);
    if (size.isEmpty() || attention.flag("no_op")) {
      return Optional.empty();
    }
    return Optional.of(
        size.get().asString("").equals(FULL) ? SoftmaxAttention.NO_WINDOW : attention.size(KEY));
  }

  private boolean isStated() {
    return ofLayers.stream().anyMatch(Optional::isPresent);
  }

  /** The config without windows in any of its keys, if the blocks state them. */
  ConfigJson withoutThem() {
    if (!isStated()) {
      return config;
    }
    ObjectNode node = (ObjectNode) config.node().deepCopy();
    WindowFields.remove(node);
    for (JsonNode own : node.path(PerLayerFields.OVERRIDES)) {
      if (own instanceof ObjectNode overrides) {
        overrides.remove(List.of(TYPES, WindowFields.WINDOW));
      }
    }
    return new ConfigJson(config.where(), node);
  }

  /** The model of {@link #withoutThem} with the windows. */
  Model in(Model model) throws InvalidInputException {
    if (!isStated()) {
      return model;
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < ofLayers.size(); i++) {
      Layer layer = model.layers().get(i);
      layers.add(
          switch (layer.attention()) {
            case SoftmaxAttention own -> layer.with(own.withWindow(ofLayer(i)));
            case LinearAttention _, NoAttention _ -> layer;
          });
    }
    return model.withLayers(layers);
  }

  private int ofLayer(int layer) throws InvalidInputException {
    Optional<Integer> own = ofLayers.get(layer);
    return own.orElseThrow(() ->
        config.invalid(
            "%s[%d] needs '%s', since another block has it"
                .formatted(PerLayerFields.BLOCKS, layer, KEY)));
  }

  /** Requires that {@code per_layer_config}, if it is there, gives layers these windows too. */
  void requireOverridesToAgree() throws InvalidInputException {
    Optional<ConfigJson> overrides = config.object(PerLayerFields.OVERRIDES);
    if (overrides.isEmpty() || overrides.get().node().isEmpty()) {
      return;
    }
    for (int i = 0; i < ofLayers.size(); i++) {
      Optional<Integer> own = ofLayers.get(i);
      int overridden = overridden(ofLayer(overrides.get(), i), i);
      if (own.isPresent() && own.get() != overridden) {
        throw config.invalid(
            "%s and %s differ: layer %d has a window of %d or %d tokens, 0 for none"
                .formatted(
                    PerLayerFields.BLOCKS, PerLayerFields.OVERRIDES, i, own.get(), overridden));
      }
    }
  }

  /** The entry of a layer, whose number Transformers pads with zeros; without one, the config. */
  private ConfigJson ofLayer(ConfigJson overrides, int layer) throws InvalidInputException {
    for (String key : overrides.node().propertyNames()) {
      if (key.matches("0*" + layer)) {
        return overrides.object(key).orElse(config);
      }
    }
    return config;
  }

  private int overridden(ConfigJson own, int layer) throws InvalidInputException {
    List<String> types = (own.get(TYPES).isPresent() ? own : config).texts(TYPES);
    boolean slides =
        types.isEmpty() || (layer < types.size() && types.get(layer).equals("sliding_attention"));
    ConfigJson of = own.node().has(WindowFields.WINDOW) ? own : config;
    return slides
        ? of.size(WindowFields.WINDOW, SoftmaxAttention.NO_WINDOW)
        : SoftmaxAttention.NO_WINDOW;
  }
}
