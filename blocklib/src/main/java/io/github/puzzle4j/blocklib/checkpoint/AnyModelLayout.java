package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The config of a child as NVIDIA's Puzzletron writes it (AnyModel): the keys of the family, among
 * them its {@code model_type}; {@code block_configs} with a list of subblocks for each layer; and
 * the same once more as {@code per_layer_config}, which its fork of vLLM reads.
 */
public final class AnyModelLayout {

  private AnyModelLayout() {}

  /** Why it cannot hold a layer in a child, without a full stop; empty if it can. */
  public static Optional<String> objection(Layer layer) {
    boolean attention =
        switch (layer.attention()) {
          case SoftmaxAttention _, NoAttention _ -> true;
          case LinearAttention _ -> false;
        };
    boolean ffn =
        switch (layer.ffn()) {
          case GatedFfn _, NoFfn _ -> true;
          case LinearFfn _, ExpertsFfn _ -> false;
        };
    return attention && ffn
        ? Optional.empty()
        : Optional.of(
            "%s: AnyModel's block_configs has no linear subblocks, and its experts are not written"
                .formatted(layer.id()));
  }

  /**
   * The config of a model.
   *
   * @throws InvalidInputException if there is an objection to a layer, or layers differ in what the
   *     family has one value for
   */
  static ObjectNode describe(Model model, TensorType stored) throws InvalidInputException {
    for (int layer = 0; layer < model.layers().size(); layer++) {
      Optional<String> objection = objection(model.layers().get(layer));
      if (objection.isPresent()) {
        throw new InvalidInputException("layer %d, %s".formatted(layer, objection.get()));
      }
    }
    Optional<String> objection = new Puzzle4jFamily().objection(model);
    if (objection.isPresent()) {
      throw new InvalidInputException("AnyModel cannot hold this model: " + objection.get());
    }
    return ConfigFile.withType(write(model), stored);
  }

  private static ObjectNode write(Model model) {
    ModelFamily family =
        Puzzle4jFamily.base(model)
            .orElseThrow(() -> new IllegalStateException("there was an objection"));
    ObjectNode node = family.write(Puzzle4jFamily.alike(model));
    String architecture = node.path("architectures").path(0).stringValue();
    RemoteCode.ANY_MODEL.write(node);
    // By this name the fork of vLLM knows the layout, and by the other one how to build a layer.
    node.putArray("architectures").add("AnyModel");
    node.put("base_architecture", architecture);
    List<Integer> windows = Puzzle4jFamily.windows(model);
    boolean windowed = windows.stream().anyMatch(window -> window != SoftmaxAttention.NO_WINDOW);
    if (windowed) {
      WindowFields.write(node, windows);
    }
    ArrayNode blocks = node.putArray(PerLayerFields.BLOCKS);
    for (Layer layer : model.layers()) {
      ArrayNode subblocks = blocks.addObject().putArray("subblock_configs");
      writeAttention(subblocks.addObject(), layer, windowed);
      writeFfn(subblocks.addObject(), layer);
    }
    Puzzle4jFamily.writeOverrides(node, model);
    return node;
  }

  private static void writeAttention(ObjectNode node, Layer layer, boolean windowed) {
    node.put("kind", "attention").put("name", "attention");
    switch (layer.attention()) {
      case SoftmaxAttention own -> {
        node.put("no_op", false);
        node.put("num_kv_heads", own.heads().kvHeads());
        node.put("num_query_heads", own.heads().heads());
        writeWindow(node, own, windowed);
      }
      case NoAttention _ -> node.put("no_op", true);
      case LinearAttention _ -> throw unwritten(layer);
    }
  }

  /** A head width beside "full" would be one of global layers, which no family here has. */
  private static void writeWindow(ObjectNode node, SoftmaxAttention attention, boolean windowed) {
    if (!windowed || attention.hasWindow()) {
      node.put("qk_head_dim", attention.heads().headDim());
      node.put("v_head_dim", attention.heads().headDim());
    }
    if (attention.hasWindow()) {
      node.put(BlockWindows.KEY, attention.window());
    } else if (windowed) {
      node.put(BlockWindows.KEY, BlockWindows.FULL);
    }
  }

  private static void writeFfn(ObjectNode node, Layer layer) {
    node.put("kind", "ffn").put("name", "ffn");
    switch (layer.ffn()) {
      case GatedFfn(int channels) -> node.put("no_op", false).put("intermediate_size", channels);
      case NoFfn _ -> node.put("no_op", true);
      case LinearFfn _, ExpertsFfn _ -> throw unwritten(layer);
    }
  }

  private static IllegalStateException unwritten(Layer layer) {
    return new IllegalStateException("there was an objection to " + layer.id());
  }
}
