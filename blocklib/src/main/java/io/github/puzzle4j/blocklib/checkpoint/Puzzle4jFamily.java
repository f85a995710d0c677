package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model of any family whose layers differ: the keys of the family {@code base_model_type},
 * windows as in Qwen, and {@code per_layer_config} for what single layers have instead.
 *
 * <p>The name is none that other loaders know, since they would pass over what differs. A model
 * that is read has its own family again.
 */
final class Puzzle4jFamily implements ModelFamily {

  private static final String BASE = "base_model_type";

  @Override
  public String modelType() {
    return "puzzle4j";
  }

  @Override
  public Model read(ConfigJson config) throws InvalidInputException {
    String base = config.text(BASE).orElseThrow(() -> config.invalid("needs '%s'".formatted(BASE)));
    ModelFamily family =
        ModelFamily.NATIVE.stream()
            .filter(candidate -> candidate.modelType().equals(base))
            .findFirst()
            .orElseThrow(() ->
                config.invalid(
                    "unknown %s '%s'; there are %s"
                        .formatted(
                            BASE,
                            base,
                            ModelFamily.NATIVE.stream().map(ModelFamily::modelType).toList())));
    ObjectNode ofFamily = Json.mapper().createObjectNode();
    ofFamily.setAll((ObjectNode) config.node());
    WindowFields.remove(ofFamily);
    Model model = family.read(new ConfigJson(config.where(), ofFamily));
    List<Integer> windows = WindowFields.read(config, model.layers().size());
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Layer own = model.layers().get(i);
      layers.add(own.with(UniformLayers.attention(own).withWindow(windows.get(i))));
    }
    return model.withLayers(layers);
  }

  @Override
  public Optional<String> objection(Model model) {
    SoftmaxAttention first = attention(model);
    for (int layer = 0; layer < model.layers().size(); layer++) {
      Layer own = model.layers().get(layer);
      boolean fits =
          switch (own.attention()) {
            case SoftmaxAttention attention ->
                first
                    .withWindow(attention.window())
                    .withKvHeads(attention.heads().kvHeads())
                    .equals(attention);
            case LinearAttention _, NoAttention _ -> true;
          };
      boolean single =
          switch (own.ffn()) {
            case GatedFfn _, LinearFfn _, NoFfn _ -> true;
            case ExpertsFfn _ -> false;
          };
      if (!fits || !single) {
        return Optional.of(
            "layer %d is %s, and layers differ in query heads, biases or head norms, or have experts"
                .formatted(layer, own.id()));
      }
    }
    return base(model).isPresent()
        ? Optional.empty()
        : Optional.of("no family has these biases and head norms");
  }

  /** Attention of all layers but for what may differ. */
  private static SoftmaxAttention attention(Model model) {
    return LlamaFields.attentionOf(model).withWindow(SoftmaxAttention.NO_WINDOW);
  }

  /** The family whose keys hold what all layers have in common, the model's own if that does. */
  static Optional<ModelFamily> base(Model model) {
    return ModelFamily.nativeTo(alike(model));
  }

  /** The model as if all its layers were like the first ones that have attention and an FFN. */
  static Model alike(Model model) {
    int channels =
        model.layers().stream()
            .mapToInt(layer -> layer.ffn().channelsPerToken())
            .filter(width -> width > 0)
            .findFirst()
            .orElse(1);
    return Model.uniform(
        model.common(), model.layers().size(), new Layer(attention(model), new GatedFfn(channels)));
  }

  @Override
  public ObjectNode write(Model model) {
    Model alike = alike(model);
    ModelFamily base =
        base(model).orElseThrow(() -> new IllegalStateException("there was an objection"));
    ObjectNode node = base.write(alike);
    node.put("model_type", modelType());
    node.put(BASE, base.modelType());
    RemoteCode.PUZZLE4J.write(node);
    WindowFields.write(node, windows(model));
    node.putArray("replace_with_linear");
    writeOverrides(node, model);
    return node;
  }

  /** The windows of all layers, {@link SoftmaxAttention#NO_WINDOW} where there is none. */
  static List<Integer> windows(Model model) {
    return model.layers().stream()
        .map(layer ->
            layer.attention().cache().map(KvCache::window).orElse(SoftmaxAttention.NO_WINDOW))
        .toList();
  }

  /** What single layers have instead of what the keys say that are there. */
  static void writeOverrides(ObjectNode node, Model model) {
    List<Integer> windows = windows(model);
    ObjectNode overrides = node.putObject(PerLayerFields.OVERRIDES);
    for (int i = 0; i < windows.size(); i++) {
      ObjectNode own = overrides(node, model.layers().get(i), windows.get(i));
      if (!own.isEmpty()) {
        overrides.set(Integer.toString(i), own);
      }
    }
  }

  /** What a layer has instead of what the keys for all of them say. */
  private static ObjectNode overrides(ObjectNode all, Layer layer, int window) {
    ObjectNode own = Json.mapper().createObjectNode();
    ArrayNode skip = Json.mapper().createArrayNode();
    ArrayNode linear = Json.mapper().createArrayNode();
    switch (layer.attention()) {
      case SoftmaxAttention attention -> {
        putOther(own, all, "num_key_value_heads", attention.heads().kvHeads());
        if (attention.hasWindow()) {
          putOther(own, all, WindowFields.WINDOW, window);
        }
      }
      case LinearAttention _ -> linear.add("attention");
      case NoAttention _ -> skip.add("attention");
    }
    switch (layer.ffn()) {
      case GatedFfn(int channels) -> putOther(own, all, "intermediate_size", channels);
      case LinearFfn _ -> linear.add("mlp");
      case NoFfn _ -> skip.add("mlp");
      case ExpertsFfn _ ->
          throw new IllegalStateException("there was an objection to " + layer.id());
    }
    if (!skip.isEmpty()) {
      own.set(LayerChange.SKIP, skip);
    }
    if (!linear.isEmpty()) {
      own.set(LayerChange.LINEAR, linear);
    }
    return own;
  }

  private static void putOther(ObjectNode own, ObjectNode all, String key, int value) {
    if (all.path(key).intValue() != value) {
      own.put(key, value);
    }
  }
}
