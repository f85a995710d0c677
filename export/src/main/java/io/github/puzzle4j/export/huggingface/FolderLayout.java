package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The architecture that goes into a folder: the child's function, in a form that stock loaders
 * accept.
 *
 * @param heterogeneous whether the loaders need {@code block_configs}
 */
record FolderLayout(Architecture architecture, boolean heterogeneous, List<String> notes) {

  /** Loaders compute a width from {@code ffn_mult} and round it up to this. */
  private static final int WIDTH_STEP = 256;

  FolderLayout {
    notes = List.copyOf(notes);
  }

  static FolderLayout of(Architecture child) {
    BlockVariant first = child.blocks().getFirst();
    boolean alike = Set.copyOf(child.blocks()).size() == 1;
    Optional<AttentionShape> heads = first.attention().cachedHeads(child.config());
    int width = first.ffn().channels(child.config());
    return alike && heads.isPresent() && width > 0
        ? homogeneous(child.config(), heads.get(), width)
        : heterogeneous(child);
  }

  private static FolderLayout homogeneous(ModelConfig config, AttentionShape heads, int width) {
    return new FolderLayout(
        Architecture.teacher(with(config, "llama", heads, width)),
        false,
        List.of("all layers are alike: written as a plain llama, which every engine loads"));
  }

  private static FolderLayout heterogeneous(Architecture child) {
    List<String> notes = new ArrayList<>();
    ModelConfig config = child.config();
    int teacherWidth = roundUp(config.intermediateSize());
    List<BlockVariant> blocks = new ArrayList<>();
    for (int layer = 0; layer < child.blocks().size(); layer++) {
      BlockVariant block = child.blocks().get(layer);
      AttentionVariant attention = block.attention();
      if (layer == 0 && attention instanceof AttentionVariant.NoOp) {
        int kvHeads = smallestCache(child);
        attention = new AttentionVariant.GroupedQuery(kvHeads);
        notes.add(
            "layer 0 has no attention: vLLM and SGLang need one there, so it is written with a zero output projection, and caches %d KV head(s)"
                .formatted(kvHeads));
      }
      blocks.add(new BlockVariant(attention, widened(block.ffn())));
    }
    describePadding(child, notes);
    describeEngines(child, notes);
    return new FolderLayout(
        new Architecture(with(config, "nemotron-nas", config.attention(), teacherWidth), blocks),
        true,
        notes);
  }

  private static ModelConfig with(
      ModelConfig config, String family, AttentionShape heads, int intermediateSize) {
    return new ModelConfig(
        family,
        config.vocabularySize(),
        config.hiddenSize(),
        intermediateSize,
        config.layers(),
        heads,
        config.rotary(),
        config.normEpsilon(),
        config.maxPositions(),
        config.tiedEmbeddings(),
        config.specialTokens());
  }

  /** A head count that some layer has anyway: SGLang wants one count for all layers. */
  private static int smallestCache(Architecture child) {
    return child.blocks().stream()
        .flatMap(block -> block.attention().cachedHeads(child.config()).stream())
        .mapToInt(AttentionShape::kvHeads)
        .min()
        .orElse(1);
  }

  private static FfnVariant widened(FfnVariant ffn) {
    return switch (ffn) {
      case FfnVariant.Pruned(int channels) -> new FfnVariant.Pruned(roundUp(channels));
      case FfnVariant.Teacher(), FfnVariant.Experts(_), FfnVariant.Linear(), FfnVariant.NoOp() ->
          ffn;
    };
  }

  private static int roundUp(int width) {
    return Math.multiplyExact(Math.ceilDiv(width, WIDTH_STEP), WIDTH_STEP);
  }

  private static void describePadding(Architecture child, List<String> notes) {
    int padded = 0;
    long channels = 0;
    for (BlockVariant block : child.blocks()) {
      int width = block.ffn().channels(child.config());
      padded += width % WIDTH_STEP == 0 ? 0 : 1;
      channels += roundUp(width) - width;
    }
    if (padded > 0) {
      notes.add(
          "%d FFN(s) are padded with %d zero channels in all to widths that are multiples of %d, the only ones that ffn_mult can express; outputs are the same"
              .formatted(padded, channels, WIDTH_STEP));
    }
  }

  private static void describeEngines(Architecture child, List<String> notes) {
    Set<Integer> kvHeads = new HashSet<>();
    boolean linear = false;
    for (BlockVariant block : child.blocks()) {
      block.attention().cachedHeads(child.config()).ifPresent(h -> kvHeads.add(h.kvHeads()));
      linear |= block.attention() instanceof AttentionVariant.Linear;
      linear |= block.ffn() instanceof FfnVariant.Linear;
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
}
