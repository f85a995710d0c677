package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Writes model folders in Hugging Face layout; {@link Checkpoint} reads them. */
public final class CheckpointWriter {

  /** The shard size that published checkpoints use. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

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
    return write(folder, model, source, ConfigFile.describe(model, stored), shardBytes);
  }

  /**
   * The same with matrices of the layers in F8_E4M3, a factor per row beside each, and a {@code
   * quantization_config} of compressed-tensors. Engines round activations for each token by itself.
   *
   * @param source exactly the tensors of the model, all of type {@code stored}
   */
  public static List<Path> writeFp8(
      Path folder, Model model, TensorSource source, TensorType stored, long shardBytes)
      throws IOException {
    ObjectNode config = ConfigFile.describe(model, stored);
    ScaledRows.describe(config);
    return write(folder, model, new ScaledRows(source), config, shardBytes);
  }

  private static List<Path> write(
      Path folder, Model model, TensorSource source, ObjectNode config, long shardBytes)
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
    Path file = folder.resolve(ConfigFile.NAME);
    ConfigFile.write(file, config);
    written.add(file);
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
    Files.deleteIfExists(folder.resolve(ShardSet.INDEX));
    Files.deleteIfExists(folder.resolve(ShardSet.SINGLE));
    remove(folder, "model-[0-9]*-of-[0-9]*.safetensors");
    // Temporary files of a writer that was killed.
    remove(folder, ".model*.safetensors*.tmp");
  }

  private static void remove(Path folder, String pattern) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, pattern)) {
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
  }
}
