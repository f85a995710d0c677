package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/**
 * The layers of a family whose config holds one size for all of them: softmax attention and a gated
 * FFN.
 */
final class UniformLayers {

  private UniformLayers() {}

  /** Why a config with one size for all layers cannot hold a model; empty if it can. */
  static Optional<String> objection(Model model) {
    OptionalInt unlike = model.firstUnlike();
    if (unlike.isPresent()) {
      return Optional.of(
          "layer %d is %s, and all layers of a %s are alike"
              .formatted(
                  unlike.getAsInt(),
                  model.layers().get(unlike.getAsInt()).id(),
                  model.common().family()));
    }
    return objection(model, model.layers().getFirst());
  }

  /** Why a layer is not softmax attention and a gated FFN; empty if it is. */
  static Optional<String> objection(Model model, Layer layer) {
    boolean attends =
        switch (layer.attention()) {
          case SoftmaxAttention _ -> true;
          case LinearAttention _, NoAttention _ -> false;
        };
    boolean gated =
        switch (layer.ffn()) {
          case GatedFfn _ -> true;
          case ExpertsFfn _, LinearFfn _, NoFfn _ -> false;
        };
    return attends && gated
        ? Optional.empty()
        : Optional.of(
            "%s is no layer of a %s: it has softmax attention and a gated FFN"
                .formatted(layer.id(), model.common().family()));
  }

  /** The attention of a layer without an objection. */
  static SoftmaxAttention attention(Layer layer) {
    return switch (layer.attention()) {
      case SoftmaxAttention attention -> attention;
      case LinearAttention _, NoAttention _ ->
          throw new IllegalStateException("there was an objection to " + layer.id());
    };
  }

  /** The channels of the FFN of a layer without an objection. */
  static int channels(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn(int channels) -> channels;
      case ExpertsFfn _, LinearFfn _, NoFfn _ ->
          throw new IllegalStateException("there was an objection to " + ffn.id());
    };
  }

  /** The sizes of a model whose layers are alike but for their windows. */
  static void write(ObjectNode node, Model model) {
    Layer layer = model.layers().getFirst();
    node.put("num_key_value_heads", attention(layer).heads().kvHeads());
    node.put("intermediate_size", channels(layer.ffn()));
  }
}
