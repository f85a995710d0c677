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
import java.io.IOException;
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

  /**
   * Weights of one layer in which one or both subblocks are replaced, by their Hugging Face names.
   *
   * @param teacher where subblocks that stay are taken from
   * @throws InvalidInputException if the library lacks a variant, or holds it in another shape
   */
  public Map<String, Tensor> layer(
      TensorSource teacher, ModelConfig config, int layer, BlockVariant variant)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    boolean teachersAttention = variant.attention() instanceof AttentionVariant.Teacher;
    boolean teachersFfn = variant.ffn() instanceof FfnVariant.Teacher;
    Map<String, List<Long>> attention = TensorNames.attention(config, variant.attention());
    Map<String, List<Long>> ffn = TensorNames.ffn(config, variant.ffn());
    if (teachersAttention) {
      copyTeacher(teacher, layer, attention, tensors);
    } else {
      copyVariant(layer, SubblockKind.ATTENTION, variant.attention().id(), attention, tensors);
    }
    if (teachersFfn) {
      copyTeacher(teacher, layer, ffn, tensors);
    } else {
      copyVariant(layer, SubblockKind.FFN, variant.ffn().id(), ffn, tensors);
    }
    return tensors;
  }

  /**
   * The tensors of a child, by their Hugging Face names.
   *
   * @param teacher gives all that the child keeps
   * @throws InvalidInputException if the library lacks a variant of the child
   */
  public TensorSource child(TensorSource teacher, Architecture child) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < child.blocks().size(); layer++) {
      tensors.putAll(layer(teacher, child.config(), layer, child.blocks().get(layer)));
    }
    for (String name : TensorNames.outsideLayers(child.config()).keySet()) {
      tensors.put(name, teacher.tensor(name));
    }
    return TensorSource.of(tensors);
  }

  private static void copyTeacher(
      TensorSource teacher, int layer, Map<String, List<Long>> shapes, Map<String, Tensor> into)
      throws IOException {
    for (String suffix : shapes.keySet()) {
      String name = TensorNames.ofLayer(layer, suffix);
      into.put(name, teacher.tensor(name));
    }
  }

  private void copyVariant(
      int layer,
      SubblockKind subblock,
      String variant,
      Map<String, List<Long>> shapes,
      Map<String, Tensor> into)
      throws IOException {
    if (shapes.isEmpty()) {
      return;
    }
    try (SafetensorsFile file = SafetensorsFile.open(weightsFile(layer))) {
      for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
        Tensor stored = file.tensor(tensorName(subblock, variant, entry.getKey()));
        if (!stored.shape().equals(entry.getValue())) {
          throw new InvalidInputException(
              "%s: %s of %s has shape %s, the model needs %s"
                  .formatted(
                      weightsFile(layer),
                      entry.getKey(),
                      variant,
                      stored.shape(),
                      entry.getValue()));
        }
        // A copy: the mapping ends with this method.
        into.put(
            TensorNames.ofLayer(layer, entry.getKey()),
            Tensor.ofFloats(stored.type(), stored.shape(), stored.toFloats()));
      }
    }
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
