package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
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
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Engines that serve children, each with the list of what its stock loader is known to accept in a
 * model whose layers differ. What is not on the list is refused: a child that is priced for an
 * engine must be one that the engine can load.
 *
 * <p>A teacher with biases or head norms in all layers, which that list lacks, is of a family that
 * every engine knows. Its children have its own layers, of which some may be left out as a whole:
 * they are of the same family. In vLLM they may differ, as may layers with the window that all
 * layers of a Mistral have: its Transformers backend runs the code in their folder.
 */
public enum ServingEngine {
  /**
   * From 0.32 on: {@code DeciLMForCausalLM}, where the first layer must have attention, and the
   * Transformers backend.
   */
  VLLM,
  /** The PyTorch backend of TensorRT-LLM. */
  TRTLLM,
  /** The architecture {@code deci}, with layers in the form that the GGUF export writes. */
  LLAMACPP,
  /** The kernels of this project: everything that can be computed. */
  TORCH;

  /** Kinds and positions of subblocks that loaders distinguish. */
  private enum Accepted {
    LLAMA_ATTENTION("attention as in Llama"),
    OTHER_ATTENTION("attention with windows, biases or head norms"),
    LINEAR_ATTENTION("linear subblocks"),
    NO_ATTENTION_FIRST("a first layer without attention"),
    NO_ATTENTION_LATER("layers without attention"),
    GATED_FFN("gated FFNs"),
    EXPERTS("experts"),
    LINEAR_FFN("linear subblocks"),
    NO_FFN("layers without FFN");

    private final String plural;

    Accepted(String plural) {
      this.plural = plural;
    }

    static Accepted of(int position, Attention attention) {
      return switch (attention) {
        case SoftmaxAttention own -> own.isPlain() ? LLAMA_ATTENTION : OTHER_ATTENTION;
        case LinearAttention _ -> LINEAR_ATTENTION;
        case NoAttention _ -> position == 0 ? NO_ATTENTION_FIRST : NO_ATTENTION_LATER;
      };
    }

    static Accepted of(Ffn ffn) {
      return switch (ffn) {
        case GatedFfn _ -> GATED_FFN;
        case ExpertsFfn _ -> EXPERTS;
        case LinearFfn _ -> LINEAR_FFN;
        case NoFfn _ -> NO_FFN;
      };
    }
  }

  private Set<Accepted> accepted() {
    return switch (this) {
      case VLLM ->
          EnumSet.of(
              Accepted.LLAMA_ATTENTION,
              Accepted.NO_ATTENTION_LATER,
              Accepted.GATED_FFN,
              Accepted.NO_FFN);
      case TRTLLM, LLAMACPP ->
          EnumSet.of(
              Accepted.LLAMA_ATTENTION,
              Accepted.LINEAR_ATTENTION,
              Accepted.NO_ATTENTION_FIRST,
              Accepted.NO_ATTENTION_LATER,
              Accepted.GATED_FFN,
              Accepted.LINEAR_FFN,
              Accepted.NO_FFN);
      case TORCH ->
          EnumSet.of(
              Accepted.LLAMA_ATTENTION,
              Accepted.OTHER_ATTENTION,
              Accepted.LINEAR_ATTENTION,
              Accepted.NO_ATTENTION_FIRST,
              Accepted.NO_ATTENTION_LATER,
              Accepted.GATED_FFN,
              Accepted.LINEAR_FFN,
              Accepted.NO_FFN);
    };
  }

  /**
   * Why this engine is not known to load a layer in a child, without a full stop; empty if it is,
   * whatever other such layers the child has.
   *
   * @param position of the layer in the child, counted from 0
   */
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    Attention attention =
        this == VLLM ? withoutWindowOf(teacher, layer.attention()) : layer.attention();
    Optional<String> amongOthers =
        objection(Accepted.of(position, attention)).or(() -> objection(Accepted.of(layer.ffn())));
    Optional<Layer> ofFamily =
        accepted().contains(Accepted.OTHER_ATTENTION) ? Optional.empty() : knownFamily(teacher);
    if (ofFamily.isEmpty()) {
      return amongOthers;
    }
    boolean taken =
        layer.addsNothing()
            || layer.equals(ofFamily.get())
            || (this == VLLM && differsInSizes(position, layer, ofFamily.get()));
    return taken
        ? Optional.empty()
        : Optional.of(
            "%s is not known to load a %s whose layers differ%s"
                .formatted(
                    id(), teacher.common().family(), this == VLLM ? " in windows or experts" : ""));
  }

  /** The attention as if it had no window, if the window is the one of all layers of a Mistral. */
  private static Attention withoutWindowOf(Model teacher, Attention attention) {
    Attention all = teacher.layers().getFirst().attention();
    return switch (attention) {
      case SoftmaxAttention own
          when all instanceof SoftmaxAttention full
              && teacher.common().family().equals("mistral")
              && teacher.firstUnlike().isEmpty()
              && own.window() == full.window() ->
          own.withWindow(SoftmaxAttention.NO_WINDOW);
      case SoftmaxAttention _, LinearAttention _, NoAttention _ -> attention;
    };
  }

  /**
   * Whether the backend that runs our own code computes a layer among those of that family. The
   * first has attention, since a model without any is none of the family.
   */
  private static boolean differsInSizes(int position, Layer layer, Layer ofFamily) {
    boolean attention =
        switch (layer.attention()) {
          case SoftmaxAttention own ->
              ofFamily.attention() instanceof SoftmaxAttention full
                  && full.withKvHeads(own.heads().kvHeads()).equals(own);
          case LinearAttention _, NoAttention _ -> position > 0;
        };
    return attention
        && switch (layer.ffn()) {
          case GatedFfn _, LinearFfn _, NoFfn _ -> true;
          case ExpertsFfn _ -> false;
        };
  }

  /** The layer of a teacher with biases or head norms, whose layers are alike. */
  private static Optional<Layer> knownFamily(Model teacher) {
    Layer layer = teacher.layers().getFirst();
    boolean known =
        switch (layer.attention()) {
          case SoftmaxAttention own -> !own.isPlain() && !own.hasWindow() && isKnown(own);
          case LinearAttention _, NoAttention _ -> false;
        };
    return known && teacher.firstUnlike().isEmpty() && ConfigFile.nativeFamily(teacher).isPresent()
        ? Optional.of(layer)
        : Optional.empty();
  }

  /** Engines pass over the bias of the output projection in Qwen 3. */
  private static boolean isKnown(SoftmaxAttention attention) {
    return attention.biases() == SoftmaxAttention.Biases.NONE
        || attention.headNorm() == SoftmaxAttention.HeadNorm.NONE;
  }

  private Optional<String> objection(Accepted kind) {
    return accepted().contains(kind)
        ? Optional.empty()
        : Optional.of(
            "%s is not known to load %s in a model whose layers differ"
                .formatted(id(), kind.plural));
  }

  /** Name in plans and GPU profiles. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The engine of that name.
   *
   * @throws InvalidInputException if there is none, listing the existing ones
   */
  public static ServingEngine named(String id) throws InvalidInputException {
    return Arrays.stream(values())
        .filter(engine -> engine.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new InvalidInputException(
                "unknown serving engine '%s'; there are %s"
                    .formatted(id, Arrays.stream(values()).map(ServingEngine::id).toList())));
  }
}
