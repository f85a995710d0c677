package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/**
 * A model folder in Hugging Face layout: {@code config.json} and {@code model.safetensors}, or
 * shards with {@code model.safetensors.index.json}. The tensors are mapped; closing unmaps them.
 */
public final class Checkpoint implements TensorSource, AutoCloseable {

  private final Path folder;
  private final Architecture architecture;
  private final SequencedMap<String, List<Long>> expected;
  private final ShardSet shards;

  private Checkpoint(
      Path folder,
      Architecture architecture,
      SequencedMap<String, List<Long>> expected,
      ShardSet shards) {
    this.folder = folder;
    this.architecture = architecture;
    this.expected = expected;
    this.shards = shards;
  }

  /**
   * Opens a folder and checks that it holds exactly the tensors of its architecture.
   *
   * @throws InvalidInputException if the model can be priced but not computed, a file is missing or
   *     broken, or if a tensor is missing, has another shape than the config says, is no
   *     floating-point tensor or has no place in the architecture; names file and tensor
   */
  public static Checkpoint open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException("%s: no such checkpoint folder".formatted(folder));
    }
    Architecture architecture = ConfigFile.read(folder.resolve(ConfigFile.NAME));
    Optional<String> objection = architecture.objectionToComputing();
    if (objection.isPresent()) {
      throw new InvalidInputException("%s: %s".formatted(folder, objection.get()));
    }
    ShardSet shards = ShardSet.open(folder);
    boolean opened = false;
    try {
      SequencedMap<String, List<Long>> expected = TensorNames.of(architecture);
      requireTensors(folder, shards, expected, architecture.config().tiedEmbeddings());
      opened = true;
      return new Checkpoint(folder, architecture, expected, shards);
    } finally {
      if (!opened) {
        shards.close();
      }
    }
  }

  private static void requireTensors(
      Path folder, ShardSet shards, Map<String, List<Long>> expected, boolean tied)
      throws IOException {
    Set<String> present = shards.names();
    for (Map.Entry<String, List<Long>> tensor : expected.entrySet()) {
      String name = tensor.getKey();
      if (!present.contains(name)) {
        throw new InvalidInputException("%s: tensor '%s' is missing".formatted(folder, name));
      }
      TensorSpec spec = shards.spec(name);
      if (!spec.shape().equals(tensor.getValue())) {
        throw new InvalidInputException(
            "%s: tensor '%s' has shape %s, config.json asks for %s"
                .formatted(folder, name, spec.shape(), tensor.getValue()));
      }
      if (!isWeight(spec.type())) {
        throw new InvalidInputException(
            "%s: tensor '%s' is %s; F32, F16 and BF16 weights are supported"
                .formatted(folder, name, spec.type()));
      }
    }
    for (String name : present) {
      if (!expected.containsKey(name) && !isRedundant(name, tied)) {
        throw new InvalidInputException(
            "%s: tensor '%s' has no place in the architecture of config.json"
                .formatted(folder, name));
      }
    }
  }

  private static boolean isWeight(TensorType type) {
    return switch (type) {
      case F32, F16, BF16 -> true;
      case F8_E4M3, I64, I32, U8, BOOL -> false;
    };
  }

  /** Computed tables that older files carry, and the second copy of a tied embedding. */
  private static boolean isRedundant(String name, boolean tied) {
    return name.endsWith(".rotary_emb.inv_freq") || (tied && name.equals(TensorNames.LM_HEAD));
  }

  /** The folder, as it was given. */
  public Path folder() {
    return folder;
  }

  /** What {@code config.json} describes. */
  public Architecture architecture() {
    return architecture;
  }

  /** The names of the architecture's tensors: layer by layer, then those outside of layers. */
  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(expected.sequencedKeySet());
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    return shards.tensor(name);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    return shards.spec(name);
  }

  /** Unmaps all files. */
  @Override
  public void close() {
    shards.close();
  }
}
