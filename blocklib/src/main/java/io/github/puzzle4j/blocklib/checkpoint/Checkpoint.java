package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * A model folder in Hugging Face layout: {@code config.json} and {@code model.safetensors}, or
 * shards with {@code model.safetensors.index.json}.
 *
 * <p>The files are mapped: a tensor is a view of them, and closing unmaps them. Only matrices in
 * F8_E4M3 are copies: they are dequantised to F32 on each access.
 */
public final class Checkpoint implements TensorSource, AutoCloseable {

  private final Path folder;
  private final Model model;
  private final SequencedMap<String, List<Long>> expected;
  private final ShardSet shards;
  private final Map<String, ScaledWeight> scaled;

  private Checkpoint(
      Path folder,
      Model model,
      SequencedMap<String, List<Long>> expected,
      ShardSet shards,
      Map<String, ScaledWeight> scaled) {
    this.folder = folder;
    this.model = model;
    this.expected = expected;
    this.shards = shards;
    this.scaled = scaled;
  }

  /**
   * Opens a folder and checks that it holds exactly the tensors of its model.
   *
   * @throws InvalidInputException if the model can be priced but not computed, a file is missing or
   *     broken, or if a tensor is missing, has another shape than the config says, is no
   *     floating-point tensor, lacks its scale factors or does not belong to the model; names file
   *     and tensor
   */
  public static Checkpoint open(Path folder) throws IOException {
    InputFile.requireFolder(folder, "no such checkpoint folder");
    Path file = folder.resolve(ConfigFile.NAME);
    Model model = ConfigFile.read(file);
    Optional<String> objection = model.objectionToComputing();
    if (objection.isPresent()) {
      throw new InvalidInputException("%s: %s".formatted(folder, objection.get()));
    }
    Quantization quantization = Quantization.of(ConfigFile.json(file));
    ShardSet shards = ShardSet.open(folder);
    boolean opened = false;
    try {
      CheckpointContent content = CheckpointContent.of(folder, model, shards, quantization);
      opened = true;
      return new Checkpoint(folder, model, content.expected(), shards, content.scaled());
    } finally {
      if (!opened) {
        shards.close();
      }
    }
  }

  /**
   * Opens a folder to compute with: reads all tensors once, and refuses NaN and infinite numbers.
   *
   * @throws InvalidInputException as {@link #open}, or naming the tensors with such numbers
   */
  public static Checkpoint openFinite(Path folder) throws IOException {
    Checkpoint checkpoint = open(folder);
    boolean finite = false;
    try {
      FiniteCheck.require(folder.toString(), checkpoint, _ -> {});
      finite = true;
      return checkpoint;
    } finally {
      if (!finite) {
        checkpoint.close();
      }
    }
  }

  /** The folder, as it was given. */
  public Path folder() {
    return folder;
  }

  /** What {@code config.json} describes. */
  public Model model() {
    return model;
  }

  /** The names of the model's tensors: layer by layer, then those outside of layers. */
  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(expected.sequencedKeySet());
  }

  /**
   * {@inheritDoc}
   *
   * <p>A view of the mapped file, unless it is stored in F8_E4M3.
   */
  @Override
  public Tensor tensor(String name) throws IOException {
    ScaledWeight weight = scaled.get(name);
    return weight == null ? shards.tensor(name) : weight.values(shards);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    ScaledWeight weight = scaled.get(name);
    return weight == null ? shards.spec(name) : weight.spec();
  }

  /**
   * All tensors as stored: views in their stored types, including the factors of F8_E4M3 and all
   * other tensors of the files. Invalid after this checkpoint is closed.
   */
  public TensorSource stored() {
    return shards;
  }

  /** The files that hold the tensors. */
  public List<Path> files() {
    return shards.files();
  }

  /** Unmaps all files. */
  @Override
  public void close() {
    shards.close();
  }
}
