package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.checkpoint.LayerChange.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The layers of a config that may differ: {@code block_configs} has an entry for each of them,
 * {@code per_layer_config} has one for those that differ from what the other keys say. Any family
 * may have them.
 */
final class PerLayerFields {

  static final String BLOCKS = "block_configs";
  static final String OVERRIDES = "per_layer_config";

  private final ModelFamily family;
  private final ConfigJson config;
  private final Map<LayerChange, Model> known = new HashMap<>();

  private PerLayerFields(ModelFamily family, ConfigJson config) {
    this.family = family;
    this.config = config;
  }

  /** The model of a config of that family. */
  static Model read(ModelFamily family, ConfigJson config) throws InvalidInputException {
    UnreadKeys.requireNone(config);
    boolean hasOverrides =
        config.object(OVERRIDES).filter(overrides -> !overrides.node().isEmpty()).isPresent();
    if (config.get(BLOCKS).isEmpty()) {
      PerLayerFields fields = new PerLayerFields(family, config);
      return hasOverrides ? fields.overridden() : family.read(config);
    }
    BlockWindows windows = BlockWindows.of(config);
    windows.requireOverridesToAgree();
    PerLayerFields fields = new PerLayerFields(family, windows.withoutThem());
    Model model = fields.ofBlocks();
    if (hasOverrides) {
      requireSame(config, model, fields.overridden());
    }
    return windows.in(model);
  }

  /** Puzzletron writes both: one for itself, one for vLLM. */
  private static void requireSame(ConfigJson config, Model ofBlocks, Model overridden)
      throws InvalidInputException {
    for (int i = 0; i < ofBlocks.layers().size(); i++) {
      Layer one = ofBlocks.layers().get(i);
      Layer other = overridden.layers().get(i);
      if (!one.equals(other)) {
        throw config.invalid(
            "%s and %s differ: layer %d is %s or %s"
                .formatted(BLOCKS, OVERRIDES, i, one.id(), other.id()));
      }
    }
  }

  /** An entry of {@link #BLOCKS}. */
  static ConfigJson block(ConfigJson config, JsonNode blocks, int index)
      throws InvalidInputException {
    return ConfigJson.of("%s, %s[%d]".formatted(config.where(), BLOCKS, index), blocks.get(index));
  }

  private Model ofBlocks() throws InvalidInputException {
    Model full = family.read(config);
    JsonNode blocks = config.list(BLOCKS);
    if (blocks.size() != full.layers().size()) {
      throw config.invalid(
          "num_hidden_layers=%d, but %s has %d entries"
              .formatted(full.layers().size(), BLOCKS, blocks.size()));
    }
    AttentionShape heads = LlamaFields.attentionOf(full).heads();
    BlockFields fields = new BlockFields(heads, full.hiddenSize());
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      ConfigJson block = block(config, blocks, i);
      LayerChange change = fields.read(block);
      Layer layer = layer(change, block.where(), full, i);
      boolean hasExperts = change.keys().containsKey("moe_intermediate_size");
      if (change.ffn() == Kind.FULL && hasExperts != isOfExperts(layer)) {
        throw block.invalid(
            hasExperts
                ? "ffn.moe is set, but the family has no experts in this layer"
                : "ffn needs 'moe': the family has experts in this layer");
      }
      layers.add(layer);
    }
    return full.withLayers(layers);
  }

  private static boolean isOfExperts(Layer layer) {
    return switch (layer.ffn()) {
      case ExpertsFfn _ -> true;
      case GatedFfn _, LinearFfn _, NoFfn _ -> false;
    };
  }

  private Model overridden() throws InvalidInputException {
    Model full = family.read(config);
    AttentionShape heads = LlamaFields.attentionOf(full).heads();
    Optional<ConfigJson> overrides = config.object(OVERRIDES);
    List<Layer> layers = new ArrayList<>(full.layers());
    for (String key : overrides.orElseThrow().node().propertyNames()) {
      // Transformers pads the numbers with zeros.
      int index = key.matches("[0-9]{1,9}") ? Integer.parseInt(key) : Integer.MAX_VALUE;
      if (index >= layers.size()) {
        throw overrides
            .orElseThrow()
            .invalid("'%s' is none of the layers 0 to %d".formatted(key, full.layers().size() - 1));
      }
      Optional<ConfigJson> own = overrides.orElseThrow().object(key);
      if (own.isPresent()) {
        LayerChange change = LayerChange.ofOverrides(own.get(), heads);
        layers.set(index, layer(change, own.get().where(), full, index));
      }
    }
    return full.withLayers(layers);
  }

  private Layer layer(LayerChange change, String where, Model full, int index)
      throws InvalidInputException {
    Model changed = known.get(change);
    if (changed == null) {
      changed = family.read(change.config(config, where));
      known.put(change, changed);
    }
    if (!changed.common().equals(full.common())) {
      throw config.invalid("%s changes more than the layer".formatted(where));
    }
    return change.of(changed.layers().get(index));
  }
}
