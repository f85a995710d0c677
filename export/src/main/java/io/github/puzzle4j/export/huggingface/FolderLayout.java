package io.github.puzzle4j.export.huggingface;

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The model in an exported folder: the child's function in a form that stock loaders accept.
 *
 * @param heterogeneous whether the loaders need {@code block_configs}
 */
record FolderLayout(Model model, boolean heterogeneous, List<String> notes) {

  /** Loaders compute a width from {@code ffn_mult} and round it up to this. */
  private static final int WIDTH_STEP = 256;

  FolderLayout {
    notes = List.copyOf(notes);
  }

  static FolderLayout of(Model child) {
    boolean alike = child.firstUnlike().isEmpty() && isWhole(child.layers().getFirst());
    return alike
        ? new FolderLayout(
            new Model(child.common().asFamily("llama"), child.layers()),
            false,
            List.of("all layers are alike: written as a plain llama, which every engine loads"))
        : heterogeneous(child);
  }

  /** Whether a plain llama can have this layer: attention and a gated FFN. */
  private static boolean isWhole(Layer layer) {
    boolean attends =
        switch (layer.attention()) {
          case SoftmaxAttention _ -> true;
          case LinearAttention _, NoAttention _ -> false;
        };
    return attends
        && switch (layer.ffn()) {
          case GatedFfn _ -> true;
          case ExpertsFfn _, LinearFfn _, NoFfn _ -> false;
        };
  }

  private static FolderLayout heterogeneous(Model child) {
    List<String> notes = new ArrayList<>();
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : child.layers()) {
      Attention attention =
          layers.isEmpty() ? firstAttention(child, layer.attention(), notes) : layer.attention();
      layers.add(new Layer(attention, widened(layer.ffn())));
    }
    describePadding(child, notes);
    describeEngines(child, notes);
    return new FolderLayout(
        new Model(child.common().asFamily("nemotron-nas"), layers), true, notes);
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

  private static Ffn widened(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn(int channels) -> new GatedFfn(roundUp(channels));
      case ExpertsFfn _, LinearFfn _, NoFfn _ -> ffn;
    };
  }

  private static int roundUp(int width) {
    return Math.multiplyExact(Math.ceilDiv(width, WIDTH_STEP), WIDTH_STEP);
  }

  private static void describePadding(Model child, List<String> notes) {
    int padded = 0;
    long channels = 0;
    for (Layer layer : child.layers()) {
      int width = layer.ffn().channelsPerToken();
      padded += width % WIDTH_STEP == 0 ? 0 : 1;
      channels += roundUp(width) - width;
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
    notes.add("loaders need --trust-remote-code for configuration_decilm.py");
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
