package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.arch.CommonParts;
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
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.ModelConfigFile;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a checkpoint holds. Prints its sizes and its layers.
 *
 * @param path of the folder, its {@code config.json} alone, or a GGUF file
 * @param model its shape
 * @param storedBytes bytes of weights by their type in the files; empty for a config alone
 */
public record ModelDescription(Path path, Model model, Map<String, Long> storedBytes) {

  private static final long BYTES_OF_A_CACHED_NUMBER = 2;

  public ModelDescription {
    storedBytes = Collections.unmodifiableMap(new TreeMap<>(storedBytes));
  }

  /**
   * Reads a model without its weights; checks that these are there and have the right shapes,
   * unless such a model cannot be computed.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if it is missing, damaged, or of no
   *     known family
   */
  public static ModelDescription of(Path path) throws IOException {
    InputFile.requireEither(path, "no such checkpoint folder");
    if (!GgufFile.isOne(path)) {
      Model shape = ModelConfigFile.read(path);
      if (Files.isRegularFile(path) || shape.objectionToComputing().isPresent()) {
        return new ModelDescription(path, shape, Map.of());
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      return new ModelDescription(path, checkpoint.model(), checkpoint.storedBytes());
    }
  }

  /** The attention of the first layer that has one. */
  public Optional<SoftmaxAttention> attention() {
    return model.firstSoftmax();
  }

  /** Bytes of the KV cache of all layers for one token, in 16 bits. */
  public long kvBytesPerToken() {
    return BYTES_OF_A_CACHED_NUMBER * model.cachedElementsPerToken();
  }

  /** The layers, counted from 0; absent parts are 0. */
  public Table layers() {
    Table table =
        Table.of(
            "layer",
            "attention",
            "kv_heads",
            "window",
            "ffn",
            "experts",
            "ffn_channels",
            "parameters",
            "kv_bytes_per_token");
    for (Layer layer : model.layers()) {
      Optional<KvCache> cache = layer.attention().cache();
      table =
          table.with(
              table.rows().size(),
              attention(layer),
              cache.map(KvCache::kvHeads).orElse(0),
              cache.map(KvCache::window).orElse(0),
              ffn(layer),
              layer.ffn() instanceof ExpertsFfn experts ? experts.count() : 0,
              channels(layer.ffn()),
              layer.parameters(model.hiddenSize()),
              cache.map(one -> BYTES_OF_A_CACHED_NUMBER * one.elementsPerToken()).orElse(0L));
    }
    return table;
  }

  private static String attention(Layer layer) {
    return switch (layer.attention()) {
      case SoftmaxAttention _ -> "gqa";
      case LinearAttention _, NoAttention _ -> layer.attention().id();
    };
  }

  private static String ffn(Layer layer) {
    return switch (layer.ffn()) {
      case GatedFfn _ -> "gated";
      case ExpertsFfn _ -> "experts";
      case LinearFfn _, NoFfn _ -> layer.ffn().id();
    };
  }

  /** Channels; of one expert if there are several. */
  private static int channels(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn(int channels) -> channels;
      case ExpertsFfn experts -> experts.channels();
      case LinearFfn _, NoFfn _ -> 0;
    };
  }

  @Override
  public String toString() {
    CommonParts common = model.common();
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "%s: %s, %d layers, hidden %d, %d heads of %d, vocabulary %d, %d positions%s"
            .formatted(
                path,
                common.family(),
                model.layers().size(),
                common.hiddenSize(),
                attention().map(own -> own.heads().heads()).orElse(0),
                attention().map(own -> own.heads().headDim()).orElse(0),
                common.vocabularySize(),
                common.maxPositions(),
                common.tiedEmbeddings() ? ", tied embeddings" : ""));
    lines.add(
        String.format(
            Locale.ROOT,
            "parameters  %,d, of them %,d outside the layers",
            model.parameters(),
            common.parameters()));
    lines.add(
        String.format(
            Locale.ROOT, "KV cache    %,d bytes per token in 16 bits", kvBytesPerToken()));
    model.objectionToComputing().ifPresent(why -> lines.add("weights     not read: " + why));
    storedBytes.forEach((type, bytes) ->
        lines.add(String.format(Locale.ROOT, "stored      %,d bytes %s", bytes, type)));
    return lines.add("").add(layers().toString()).toString();
  }
}
