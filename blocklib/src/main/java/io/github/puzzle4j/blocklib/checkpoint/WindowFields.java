package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which layers of a Qwen see a window only: {@code use_sliding_window}, {@code sliding_window},
 * {@code max_window_layers} and {@code layer_types}.
 */
final class WindowFields {

  static final Set<String> KEYS = Set.of("use_sliding_window", "sliding_window");

  private static final String WINDOW = "sliding_window";

  private static final int DEFAULT_WINDOW = 4096;
  private static final int DEFAULT_FULL_LAYERS = 28;

  private WindowFields() {}

  /** The teacher's window where all layers have it; else windows are variants of their layers. */
  static Architecture read(ConfigJson config, ModelConfig plain) throws InvalidInputException {
    List<Boolean> sliding = sliding(config, plain.layers());
    if (!sliding.contains(true)) {
      return Architecture.teacher(plain);
    }
    if (isNull(config, WINDOW)) {
      throw config.invalid("layer_types holds \"sliding_attention\", but sliding_window is null");
    }
    int window = config.size(WINDOW, DEFAULT_WINDOW);
    if (!sliding.contains(false)) {
      return Architecture.teacher(plain.with(plain.traits().withWindow(window)));
    }
    List<BlockVariant> blocks = new ArrayList<>();
    for (boolean slides : sliding) {
      AttentionVariant attention =
          slides ? new AttentionVariant.SlidingWindow(window) : new AttentionVariant.Teacher();
      blocks.add(new BlockVariant(attention, new FfnVariant.Teacher()));
    }
    return new Architecture(plain, blocks);
  }

  private static List<Boolean> sliding(ConfigJson config, int layers) throws InvalidInputException {
    boolean used = config.flag("use_sliding_window");
    Optional<JsonNode> types = config.get("layer_types");
    List<Boolean> sliding = new ArrayList<>();
    if (types.isPresent()) {
      for (JsonNode type : types.get()) {
        sliding.add(isSliding(config, type));
      }
      if (sliding.size() != layers) {
        throw config.invalid(
            "num_hidden_layers=%d, but layer_types has %d entries"
                .formatted(layers, sliding.size()));
      }
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

  /** Not the same as absent, which means the usual window. */
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

  /** Why these keys cannot hold the layers; empty if they can. */
  static Optional<String> objection(Architecture architecture) {
    Set<Integer> windows = new TreeSet<>();
    for (int layer = 0; layer < architecture.blocks().size(); layer++) {
      BlockVariant block = architecture.blocks().get(layer);
      boolean attends =
          block.attention() instanceof AttentionVariant.Teacher
              || block.attention() instanceof AttentionVariant.SlidingWindow;
      if (!attends || !(block.ffn() instanceof FfnVariant.Teacher)) {
        return Optional.of(
            "layer %d is %s, and layers of a %s differ in nothing but the window"
                .formatted(layer, block.id(), architecture.config().family()));
      }
      int window = block.attention().window(architecture.config());
      if (window != AttentionTraits.FULL) {
        windows.add(window);
      }
    }
    return windows.size() < 2
        ? Optional.empty()
        : Optional.of("there are windows of %s tokens, not of one size".formatted(windows));
  }

  static void write(ObjectNode node, Architecture architecture) {
    ArrayNode types = node.putArray("layer_types");
    int window = AttentionTraits.FULL;
    for (BlockVariant block : architecture.blocks()) {
      int own = block.attention().window(architecture.config());
      types.add(own == AttentionTraits.FULL ? "full_attention" : "sliding_attention");
      window = Math.max(window, own);
    }
    node.put("use_sliding_window", window != AttentionTraits.FULL);
    if (window == AttentionTraits.FULL) {
      node.putNull("sliding_window");
    } else {
      node.put("sliding_window", window);
    }
  }
}
