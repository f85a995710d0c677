package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Writes model folders in Hugging Face layout; {@link Checkpoint} reads them. */
public final class CheckpointWriter {

  /** The shard size that published checkpoints use. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  /** Numbers of a row that share a factor in NVFP4: rows are as many or a multiple. */
  public static final int NVFP4_BLOCK = 16;

  private CheckpointWriter() {}

  /**
   * Writes {@code config.json} and the weights: one file if they fit, else shards with an index.
   * Weights that an earlier run left in the folder are replaced. The config is deleted first and
   * written last, so that an incomplete folder cannot be opened.
   *
   * <p>Tensors are written in the order of the model, whatever the order of the source, and nothing
   * else is written: equal tensors give equal bytes.
   *
   * @param source exactly the tensors of the model, all of type {@code stored}
   * @param shardBytes maximum bytes of tensors in one file; a larger tensor has a file of its own
   * @return the files written, in order
   * @throws IllegalArgumentException unless {@code shardBytes} is positive
   */
  public static List<Path> write(
      Path folder, Model model, TensorSource source, TensorType stored, long shardBytes)
      throws IOException {
    SequencedMap<String, ObjectNode> configs = new LinkedHashMap<>();
    configs.put(ConfigFile.NAME, ConfigFile.describe(model, stored));
    return write(folder, model, source, configs, shardBytes);
  }

  /**
   * The same with a config in {@link AnyModelLayout}.
   *
   * @throws InvalidInputException if there is an objection to a layer
   */
  public static List<Path> writeAnyModel(
      Path folder, Model model, TensorSource source, TensorType stored, long shardBytes)
      throws IOException {
    SequencedMap<String, ObjectNode> configs = new LinkedHashMap<>();
    configs.put(ConfigFile.NAME, AnyModelLayout.describe(model, stored));
    return write(folder, model, source, configs, shardBytes);
  }

  /**
   * The same with the matrices of the layers in fewer bits, factors beside each, and a {@code
   * quantization_config}: of compressed-tensors, where engines round activations for each token by
   * itself, else of ModelOpt, with its own file.
   *
   * @param source exactly the tensors of the model, all of type {@code stored}
   * @param matrices FP8, FP8_STATIC or NVFP4
   * @param inputs by matrix, the largest number of what it is multiplied with; FP8 reads none
   * @throws IllegalArgumentException if the format is not written, or a number is missing
   */
  public static List<Path> writeRounded(
      Path folder,
      Model model,
      TensorSource source,
      TensorType stored,
      long shardBytes,
      StoredFormat.Matrices matrices,
      Map<String, Float> inputs)
      throws IOException {
    MatrixParts rounding = MatrixParts.of(matrices, inputs);
    SequencedMap<String, ObjectNode> configs = new LinkedHashMap<>();
    ObjectNode alone = Json.mapper().createObjectNode();
    // Loaders know the layout by this name, whoever wrote it.
    alone.putObject("producer").put("name", "modelopt");
    ObjectNode content = alone.putObject("quantization");
    rounding.describeAlone(content);
    if (!content.isEmpty()) {
      configs.put(Quantization.FILE, alone);
    }
    ObjectNode config = ConfigFile.describe(model, stored);
    rounding.describe(config.putObject(Quantization.KEY));
    configs.put(ConfigFile.NAME, config);
    return write(folder, model, new RoundedTensors(source, rounding), configs, shardBytes);
  }

  /** The configs are written in their order, and the last is that of the model. */
  private static List<Path> write(
      Path folder,
      Model model,
      TensorSource source,
      SequencedMap<String, ObjectNode> configs,
      long shardBytes)
      throws IOException {
    if (shardBytes < 1) {
      throw new IllegalArgumentException("shardBytes=%d must be positive".formatted(shardBytes));
    }
    List<List<String>> shards = shards(inOrder(model, source), source, shardBytes);
    Files.createDirectories(folder);
    removeWeights(folder);
    List<Path> written = new ArrayList<>();
    ObjectNode index = Json.mapper().createObjectNode();
    ObjectNode metadata = index.putObject("metadata");
    ObjectNode weightMap = index.putObject("weight_map");
    long total = 0;
    for (int shard = 0; shard < shards.size(); shard++) {
      String name =
          shards.size() == 1
              ? ShardSet.SINGLE
              : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards.size());
      SafetensorsWriter.write(folder.resolve(name), source, shards.get(shard));
      written.add(folder.resolve(name));
      for (String tensor : shards.get(shard)) {
        weightMap.put(tensor, name);
        total += source.spec(tensor).bytes();
      }
    }
    if (shards.size() > 1) {
      metadata.put("total_size", total);
      Path indexFile = folder.resolve(ShardSet.INDEX);
      AtomicFile.writeString(
          indexFile,
          Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(index) + "\n");
      written.add(indexFile);
    }
    // Last: a folder with a config is complete.
    for (Map.Entry<String, ObjectNode> config : configs.entrySet()) {
      Path file = folder.resolve(config.getKey());
      ConfigFile.write(file, config.getValue());
      written.add(file);
    }
    return List.copyOf(written);
  }

  /** In the order of the model; tensors that it does not have come last, by name. */
  private static Set<String> inOrder(Model model, TensorSource source) {
    Set<String> names = new LinkedHashSet<>(model.tensors().keySet());
    names.retainAll(source.names());
    source.names().stream().sorted().forEach(names::add);
    return names;
  }

  private static List<List<String>> shards(Set<String> names, TensorSource source, long shardBytes)
      throws IOException {
    List<List<String>> shards = new ArrayList<>();
    List<String> current = new ArrayList<>();
    long filled = 0;
    for (String name : names) {
      long bytes = source.spec(name).bytes();
      if (!current.isEmpty() && filled + bytes > shardBytes) {
        shards.add(current);
        current = new ArrayList<>();
        filled = 0;
      }
      current.add(name);
      filled += bytes;
    }
    shards.add(current);
    return shards;
  }

  private static void removeWeights(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(ConfigFile.NAME));
    Files.deleteIfExists(folder.resolve(Quantization.FILE));
    Files.deleteIfExists(folder.resolve(ShardSet.INDEX));
    Files.deleteIfExists(folder.resolve(ShardSet.SINGLE));
    remove(folder, "model-[0-9]*-of-[0-9]*.safetensors");
    // Temporary files of a writer that was killed.
    remove(folder, ".model*.safetensors*.tmp");
    AtomicFile.removeLeftovers(folder.resolve(ConfigFile.NAME));
    AtomicFile.removeLeftovers(folder.resolve(Quantization.FILE));
  }

  private static void remove(Path folder, String pattern) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, pattern)) {
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
  }
}
