package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The variants of all layers on disk: for each layer one safetensors file with the weights of its
 * trained variants, and one JSON file with how well every variant imitates its block.
 *
 * <p>A tensor is called {@code <subblock>/<variant>/<suffix>}, such as {@code
 * attention/gqa_2/self_attn.q_proj.weight}. The teacher's own subblocks are not stored again.
 */
public final class BlockLibrary {

  /** What the JSON file of a layer holds. */
  record LayerFile(int schema, int layer, List<VariantStatistics> variants) {

    LayerFile {
      variants = List.copyOf(variants);
    }
  }

  private static final int SCHEMA = 1;
  private static final TensorSource NOTHING = TensorSource.of(Map.of());

  private final Path folder;

  /** A library in a folder that need not exist yet. */
  public BlockLibrary(Path folder) {
    this.folder = folder;
  }

  /** Whether a layer's variants are complete. */
  public boolean hasLayer(int layer) {
    // Written last, so that a layer with statistics has its weights.
    return Files.exists(statisticsFile(layer));
  }

  /**
   * Publishes the variants of a layer.
   *
   * @param weights tensors by {@link #tensorName}
   */
  public void writeLayer(int layer, TensorSource weights, List<VariantStatistics> statistics)
      throws IOException {
    SafetensorsWriter.write(weightsFile(layer), weights);
    AtomicFile.writeString(
        statisticsFile(layer),
        Json.mapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(new LayerFile(SCHEMA, layer, statistics))
            + "\n");
  }

  /**
   * How well each variant of a layer imitates its block.
   *
   * @throws InvalidInputException if the layer is missing or its file is not such a file
   */
  public List<VariantStatistics> statistics(int layer) throws IOException {
    LayerFile file = Json.read(statisticsFile(layer), LayerFile.class);
    if (file.schema() != SCHEMA || file.layer() != layer) {
      throw new InvalidInputException(
          "%s: schema %d of layer %d; schema %d of layer %d belongs here"
              .formatted(statisticsFile(layer), file.schema(), file.layer(), SCHEMA, layer));
    }
    return file.variants();
  }

  /** The name under which a variant's tensor is stored. */
  public static String tensorName(SubblockKind subblock, String variant, String suffix) {
    return subblock.id() + "/" + variant + "/" + suffix;
  }

  /** The suffixes of a variant's tensors, in the order in which runners take them. */
  static List<String> suffixes(ModelConfig config, SubblockKind kind, String variant) {
    return switch (kind) {
      case ATTENTION ->
          List.copyOf(TensorNames.attention(config, AttentionVariant.parse(variant)).keySet());
      case FFN -> List.copyOf(TensorNames.ffn(config, FfnVariant.parse(variant)).keySet());
      case BLOCK -> {
        BlockVariant pair = BlockVariant.parse(variant);
        List<String> both =
            new ArrayList<>(suffixes(config, SubblockKind.ATTENTION, pair.attention().id()));
        both.addAll(suffixes(config, SubblockKind.FFN, pair.ffn().id()));
        yield both;
      }
    };
  }

  /** What is there of a layer whose variants are not complete. */
  LayerParts parts(int layer) {
    return new LayerParts(folder.resolve("layer-%03d.parts".formatted(layer)), layer);
  }

  /** Publishes a layer whose variants are all among its parts, and removes these. */
  void complete(int layer, LayerParts parts, List<VariantStatistics> statistics)
      throws IOException {
    try (LayerParts.OpenParts open = parts.open()) {
      writeLayer(layer, open.tensors(), statistics);
    }
    parts.delete();
  }

  /**
   * Weights of one layer in which one or both subblocks are replaced, by their Hugging Face names.
   *
   * @param teacher where subblocks that stay are taken from
   * @param shape of the teacher
   * @throws InvalidInputException if the library lacks a variant, or holds it in another shape
   */
  public Map<String, Tensor> layer(
      TensorSource teacher, Architecture shape, int layer, BlockVariant variant)
      throws IOException {
    Map<String, Tensor> named = new LinkedHashMap<>();
    if (needsNothing(shape.blocks().get(layer), variant)) {
      named.putAll(new StoredLayer(NOTHING, teacher, shape, layer).tensors(variant));
    } else {
      try (SafetensorsFile file = SafetensorsFile.open(weightsFile(layer))) {
        new StoredLayer(file, teacher, shape, layer)
            .tensors(variant)
            // Copies: the mapping ends with this method.
            .forEach((suffix, tensor) -> named.put(suffix, copy(tensor)));
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    named.forEach((suffix, tensor) -> tensors.put(TensorNames.ofLayer(layer, suffix), tensor));
    return tensors;
  }

  /**
   * The same weights in libtorch, without a copy on the Java heap.
   *
   * @throws InvalidInputException if the library lacks a variant, or holds it in another shape
   */
  public BlockWeights load(
      DeviceMemory scope, TensorSource teacher, Architecture shape, int layer, BlockVariant variant)
      throws IOException {
    if (needsNothing(shape.blocks().get(layer), variant)) {
      return BlockWeights.load(scope, shape.config(), teacher, layer, variant);
    }
    try (SafetensorsFile file = SafetensorsFile.open(weightsFile(layer))) {
      StoredLayer stored = new StoredLayer(file, teacher, shape, layer);
      return BlockWeights.of(scope, shape.config(), variant, stored.tensors(variant));
    }
  }

  /** Whether two variants have weights of their own as a pair, since they were trained together. */
  public boolean isPair(Architecture shape, int layer, BlockVariant variant) throws IOException {
    if (needsNothing(shape.blocks().get(layer), variant)) {
      return false;
    }
    try (SafetensorsFile file = SafetensorsFile.open(weightsFile(layer))) {
      return new StoredLayer(file, NOTHING, shape, layer).isPair(variant);
    }
  }

  /** Whether a variant is made of the layer's own subblocks and of none at all. */
  private static boolean needsNothing(BlockVariant own, BlockVariant variant) {
    boolean attention =
        variant.attention().equals(own.attention())
            || variant.attention() instanceof AttentionVariant.NoOp;
    boolean ffn = variant.ffn().equals(own.ffn()) || variant.ffn() instanceof FfnVariant.NoOp;
    return attention && ffn;
  }

  private static Tensor copy(Tensor tensor) {
    return new Tensor(
        tensor.type(),
        tensor.shape(),
        MemorySegment.ofArray(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
  }

  /**
   * The tensors of a child, by their Hugging Face names.
   *
   * @param teacher gives all that the child keeps
   * @param shape of the teacher
   * @throws InvalidInputException if the library lacks a variant of the child
   */
  public TensorSource child(TensorSource teacher, Architecture shape, Architecture child)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < child.blocks().size(); layer++) {
      tensors.putAll(layer(teacher, shape, layer, child.blocks().get(layer)));
    }
    for (String name : TensorNames.outsideLayers(child.config()).keySet()) {
      tensors.put(name, teacher.tensor(name));
    }
    return TensorSource.of(tensors);
  }

  /** Statistics of all complete layers, first to last. */
  public List<VariantStatistics> statistics() throws IOException {
    List<VariantStatistics> all = new ArrayList<>();
    for (int layer = 0; hasLayer(layer); layer++) {
      all.addAll(statistics(layer));
    }
    return all;
  }

  private Path weightsFile(int layer) {
    return folder.resolve("layer-%03d.safetensors".formatted(layer));
  }

  private Path statisticsFile(int layer) {
    return folder.resolve("layer-%03d.json".formatted(layer));
  }
}
