package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The model in an exported folder: the child's function in a form that loaders accept.
 *
 * @param sources for each layer of the folder, the position of the child's layer that it is
 * @param ownCode whether loaders need code that is shipped with the folder
 */
record FolderLayout(Model model, List<Integer> sources, boolean ownCode, List<String> notes) {

  /** Loaders compute a width from {@code ffn_mult} and round it up to this. */
  private static final int WIDTH_STEP = 256;

  FolderLayout {
    sources = List.copyOf(sources);
    notes = List.copyOf(notes);
  }

  /**
   * The layout that most engines load: that of a family; that of published children, for layers of
   * a Llama; or that of any layers.
   *
   * @throws InvalidInputException if no layout holds the child
   */
  static FolderLayout of(Model child) throws InvalidInputException {
    Optional<FolderLayout> ofFamily = ofFamily(child);
    if (ofFamily.isPresent()) {
      return ofFamily.get();
    }
    Model asPublished = new Model(child.common().asFamily("nemotron-nas"), child.layers());
    return ConfigFile.modelType(asPublished).equals("nemotron-nas")
        ? published(child)
        : ofAnyLayers(child);
  }

  /** Without the layers of which nothing is left, if the others are those of a family. */
  private static Optional<FolderLayout> ofFamily(Model child) {
    List<Integer> kept =
        IntStream.range(0, child.layers().size())
            .filter(layer -> !child.layers().get(layer).addsNothing())
            .boxed()
            .toList();
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    Model whole = child.withLayers(kept.stream().map(child.layers()::get).toList());
    return ConfigFile.nativeFamily(whole)
        .map(family -> {
          List<String> notes = new ArrayList<>();
          notes.add(
              "written as a plain %s, which every engine with that family loads".formatted(family));
          if (kept.size() < child.layers().size()) {
            notes.add(
                "%d of %d layers are left out, since nothing is left of them"
                    .formatted(child.layers().size() - kept.size(), child.layers().size()));
          }
          return new FolderLayout(
              new Model(child.common().asFamily(family), whole.layers()), kept, false, notes);
        });
  }

  /** All layers as they are, in Puzzletron's layout. */
  static FolderLayout anyModel(Model child) {
    return new FolderLayout(
        child,
        IntStream.range(0, child.layers().size()).boxed().toList(),
        true,
        List.of(
            "written as AnyModel, the layout of NVIDIA's Puzzletron: transformers loads it with"
                + " --trust-remote-code, vLLM by Puzzletron's fork",
            "without that code transformers takes it for a model of the family, and fills parts"
                + " that are left out with random numbers"));
  }

  private static FolderLayout ofAnyLayers(Model child) throws InvalidInputException {
    Model model = new Model(child.common().asFamily(child.common().family()), child.layers());
    return new FolderLayout(
        model,
        IntStream.range(0, model.layers().size()).boxed().toList(),
        true,
        List.of(
            "written as %s, for layers that no engine's own loader knows: transformers loads it with --trust-remote-code"
                .formatted(ConfigFile.modelType(model))));
  }

  private static FolderLayout published(Model child) {
    List<String> notes = new ArrayList<>();
    notes.add("written as nemotron-nas, the layout of published children of Llamas");
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : child.layers()) {
      Attention attention =
          layers.isEmpty() ? firstAttention(child, layer.attention(), notes) : layer.attention();
      layers.add(widened(new Layer(attention, layer.ffn()), WIDTH_STEP));
    }
    describePadding(child, notes);
    describeEngines(child, notes);
    return new FolderLayout(
        new Model(child.common().asFamily("nemotron-nas"), layers),
        IntStream.range(0, layers.size()).boxed().toList(),
        true,
        notes);
  }

  /**
   * Loaders read the residual stream from the first attention: a removed one becomes one of zeros.
   */
  private static Attention firstAttention(Model child, Attention attention, List<String> notes) {
    return switch (attention) {
      case SoftmaxAttention _, LinearAttention _ -> attention;
      case NoAttention _ -> {
        int kvHeads = smallestCache(child);
        notes.add(
            "layer 0 has no attention: vLLM and SGLang need one there, so it is written with a zero output projection, and caches %d KV head(s)"
                .formatted(kvHeads));
        yield child
            .firstSoftmax()
            .orElseGet(() -> SoftmaxAttention.plain(AttentionShape.usual(child.hiddenSize())))
            .withKvHeads(kvHeads);
      }
    };
  }

  /** A head count of some other layer, since SGLang requires one count for all layers. */
  private static int smallestCache(Model child) {
    return child.layers().stream()
        .flatMap(layer -> layer.attention().cache().stream())
        .mapToInt(KvCache::kvHeads)
        .min()
        .orElse(1);
  }

  private static int roundUp(int width, int step) {
    return Math.multiplyExact(Math.ceilDiv(width, step), step);
  }

  /** With FFNs that have zero channels more, for widths that are multiples of this. */
  FolderLayout withWidths(int step) {
    List<Layer> layers = model.layers().stream().map(layer -> widened(layer, step)).toList();
    if (layers.equals(model.layers())) {
      return this;
    }
    List<String> more = new ArrayList<>(notes);
    more.add(
        "FFNs are padded with zero channels to widths that are multiples of %d; outputs are the same"
            .formatted(step));
    return new FolderLayout(model.withLayers(layers), sources, ownCode, more);
  }

  private static Layer widened(Layer layer, int step) {
    return switch (layer.ffn()) {
      case GatedFfn(int channels) -> layer.with(new GatedFfn(roundUp(channels, step)));
      case ExpertsFfn _, LinearFfn _, NoFfn _ -> layer;
    };
  }

  private static void describePadding(Model child, List<String> notes) {
    int padded = 0;
    long channels = 0;
    for (Layer layer : child.layers()) {
      int width = layer.ffn().channelsPerToken();
      padded += width % WIDTH_STEP == 0 ? 0 : 1;
      channels += roundUp(width, WIDTH_STEP) - width;
    }
    if (padded > 0) {
      notes.add(
          "%d FFN(s) are padded with %d zero channels in all to widths that are multiples of %d, the only ones that ffn_mult can express; outputs are the same"
              .formatted(padded, channels, WIDTH_STEP));
    }
  }

  private static void describeEngines(Model child, List<String> notes) {
    Set<Integer> kvHeads = new HashSet<>();
    boolean linear = false;
    for (Layer layer : child.layers()) {
      layer.attention().cache().ifPresent(cache -> kvHeads.add(cache.kvHeads()));
      linear |= isMatrix(layer.attention()) || isMatrix(layer.ffn());
    }
    if (linear) {
      notes.add("linear subblocks are loaded by TensorRT-LLM, not by vLLM or SGLang");
    } else if (kvHeads.size() > 1) {
      notes.add("loaded by vLLM and TensorRT-LLM; SGLang refuses KV heads that vary");
    } else {
      notes.add("loaded by vLLM, TensorRT-LLM and SGLang");
    }
    notes.add("loaders need --trust-remote-code for the code beside it; transformers loads it too");
  }

  private static boolean isMatrix(Attention attention) {
    return switch (attention) {
      case LinearAttention _ -> true;
      case SoftmaxAttention _, NoAttention _ -> false;
    };
  }

  private static boolean isMatrix(Ffn ffn) {
    return switch (ffn) {
      case LinearFfn _ -> true;
      case GatedFfn _, ExpertsFfn _, NoFfn _ -> false;
    };
  }
}
