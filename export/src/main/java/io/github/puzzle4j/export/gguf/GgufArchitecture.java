package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Architectures of llama.cpp that are written. In {@link #DECI} layers of a Llama may differ; in
 * the others all are alike.
 */
enum GgufArchitecture {
  DECI,
  LLAMA,
  QWEN2,
  QWEN3;

  /** Its name in files. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether layers may differ, so that their sizes are lists. */
  boolean hasLists() {
    return this == DECI;
  }

  /**
   * Whether it rotates neighbouring rows, and has divisors of frequencies. The others rotate
   * halves, and know no rules but keys.
   */
  boolean isInterleaved() {
    return this == DECI || this == LLAMA;
  }

  /**
   * The architecture of a child.
   *
   * @throws InvalidInputException if none holds it, naming the first layer with an objection
   */
  static GgufArchitecture of(Model child) throws InvalidInputException {
    Optional<GgufArchitecture> alike = ofAlike(child);
    if (alike.isPresent()) {
      return alike.get();
    }
    for (int position = 0; position < child.layers().size(); position++) {
      Optional<String> objection = objectionOfDeci(child.layers().get(position));
      if (objection.isPresent()) {
        throw new InvalidInputException(
            "gguf cannot hold layer %d: %s".formatted(position, objection.get()));
      }
    }
    return DECI;
  }

  /** Why no file can hold a layer of a child of this teacher; empty if one can. */
  static Optional<String> objection(Model teacher, Layer layer) {
    Optional<GgufArchitecture> alike = ofAlike(teacher);
    boolean mayDiffer = teacher.layers().stream().allMatch(own -> objectionOfDeci(own).isEmpty());
    if (mayDiffer || alike.isEmpty()) {
      return objectionOfDeci(layer);
    }
    return layer.addsNothing() || teacher.layers().contains(layer)
        ? Optional.empty()
        : Optional.of(
            "%s: in the layout %s layers are alike: they are the teacher's, or left out as a whole"
                .formatted(layer.id(), alike.get().id()));
  }

  /** The architecture of a model whose layers, but for those that add nothing, are alike. */
  private static Optional<GgufArchitecture> ofAlike(Model model) {
    List<Layer> layers =
        model.layers().stream().filter(layer -> !layer.addsNothing()).distinct().toList();
    if (layers.size() != 1 || !(layers.getFirst().ffn() instanceof GatedFfn)) {
      return Optional.empty();
    }
    Optional<GgufArchitecture> architecture =
        switch (layers.getFirst().attention()) {
          case SoftmaxAttention own -> ofAttention(own, model.hiddenSize());
          case LinearAttention _, NoAttention _ -> Optional.empty();
        };
    return architecture.filter(one -> one.isInterleaved() || isByKeys(model));
  }

  /** Loaders take biases of queries to be as wide as the residual stream. */
  private static Optional<GgufArchitecture> ofAttention(SoftmaxAttention attention, int hidden) {
    boolean narrow =
        attention.biases() != SoftmaxAttention.Biases.NONE
            && attention.heads().queryWidth() != hidden;
    if (attention.hasWindow() || narrow) {
      return Optional.empty();
    }
    return switch (attention.headNorm()) {
      case NONE ->
          Optional.of(
              switch (attention.biases()) {
                case NONE, ALL -> LLAMA;
                case QUERY_KEY_VALUE -> QWEN2;
              });
      case QUERY_AND_KEY ->
          attention.biases() == SoftmaxAttention.Biases.NONE
              ? Optional.of(QWEN3)
              : Optional.empty();
    };
  }

  private static boolean isByKeys(Model model) {
    return switch (model.common().rotary().scaling()) {
      case RotaryEmbedding.Scaling.None _,
          RotaryEmbedding.Scaling.Dynamic _,
          RotaryEmbedding.Scaling.Linear _ ->
          true;
      case RotaryEmbedding.Scaling.Llama3 _, RotaryEmbedding.Scaling.Yarn _ -> false;
    };
  }

  private static Optional<String> objectionOfDeci(Layer layer) {
    Optional<String> ofAttention =
        switch (layer.attention()) {
          case SoftmaxAttention attention ->
              attention.isPlain()
                  ? Optional.empty()
                  : Optional.of(
                      "%s: the layout deci, in which layers differ, has no biases, head norms or windows, and no other fits"
                          .formatted(attention.id()));
          case LinearAttention _, NoAttention _ -> Optional.empty();
        };
    return ofAttention.or(() ->
        switch (layer.ffn()) {
          case GatedFfn _, LinearFfn _, NoFfn _ -> Optional.empty();
          case ExpertsFfn experts ->
              Optional.of("%s: the layout deci has no experts".formatted(experts.id()));
        });
  }
}
