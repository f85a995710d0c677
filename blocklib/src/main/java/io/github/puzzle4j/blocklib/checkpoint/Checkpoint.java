package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.SortedMap;

/**
 * The weights of a model: a folder in Hugging Face layout ({@code config.json} and {@code
 * model.safetensors}, or shards with {@code model.safetensors.index.json}), or a GGUF file.
 *
 * <p>The files are mapped: a tensor is a view of them, and closing unmaps them. Copies are matrices
 * in F8_E4M3, in NVFP4 and in quantised types of GGUF, which are dequantised to F32 on each access,
 * and rows that GGUF has in another order.
 */
public final class Checkpoint implements TensorSource, AutoCloseable {

  private final Path path;
  private final Model model;
  private final SequencedMap<String, List<Long>> expected;
  private final StoredTensors stored;
  private final Map<String, RoundedWeight> rounded;

  private Checkpoint(
      Path path,
      Model model,
      SequencedMap<String, List<Long>> expected,
      StoredTensors stored,
      Map<String, RoundedWeight> rounded) {
    this.path = path;
    this.model = model;
    this.expected = expected;
    this.stored = stored;
    this.rounded = rounded;
  }

  /**
   * Opens a folder or a GGUF file and checks that it holds exactly the tensors of its model.
   *
   * @throws InvalidInputException if the model can be priced but not computed, a file is missing or
   *     broken, or if a tensor is missing, has another shape than the config says, is no
   *     floating-point tensor, lacks its scale factors or does not belong to the model; names file
   *     and tensor
   */
  public static Checkpoint open(Path path) throws IOException {
    if (GgufFile.isOne(path)) {
      return openGguf(path);
    }
    InputFile.requireFolder(path, "no such checkpoint folder");
    Path file = path.resolve(ConfigFile.NAME);
    Model model = requireComputable(path, ConfigFile.read(file));
    Quantization quantization = Quantization.of(ConfigFile.json(file));
    ShardSet shards = ShardSet.open(path);
    boolean opened = false;
    try {
      CheckpointContent content = CheckpointContent.of(path, model, shards, quantization);
      opened = true;
      return new Checkpoint(path, model, content.expected(), shards, content.rounded());
    } finally {
      if (!opened) {
        shards.close();
      }
    }
  }

  private static Checkpoint openGguf(Path path) throws IOException {
    GgufFile file = GgufFile.open(path);
    boolean opened = false;
    try {
      Model model = requireComputable(path, ConfigFile.read(path, GgufConfig.of(file)));
      GgufWeights weights = GgufWeights.of(file, model);
      opened = true;
      return new Checkpoint(path, model, model.tensors(), weights, Map.of());
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static Model requireComputable(Path path, Model model) throws InvalidInputException {
    Optional<String> objection = model.objectionToComputing();
    if (objection.isPresent()) {
      throw new InvalidInputException("%s: %s".formatted(path, objection.get()));
    }
    return model;
  }

  /**
   * Opens a folder or a GGUF file to compute with: reads all tensors once, and refuses NaN and
   * infinite numbers.
   *
   * @throws InvalidInputException as {@link #open}, or naming the tensors with such numbers
   */
  public static Checkpoint openFinite(Path path) throws IOException {
    Checkpoint checkpoint = open(path);
    boolean finite = false;
    try {
      FiniteCheck.require(path.toString(), checkpoint, _ -> {});
      finite = true;
      return checkpoint;
    } finally {
      if (!finite) {
        checkpoint.close();
      }
    }
  }

  /** The folder or file, as it was given. */
  public Path path() {
    return path;
  }

  /** What the config describes. */
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
   * <p>A view of the mapped file, unless it is quantised or its rows are in another order.
   */
  @Override
  public Tensor tensor(String name) throws IOException {
    RoundedWeight weight = rounded.get(name);
    return weight == null ? stored.tensor(name) : weight.values(stored);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    RoundedWeight weight = rounded.get(name);
    return weight == null ? stored.spec(name) : weight.spec();
  }

  /**
   * All tensors as stored: views in their stored types, including the factors of F8_E4M3 and all
   * other tensors of the files. Those of GGUF are as {@link #tensor} gives them. Invalid after this
   * checkpoint is closed.
   */
  public TensorSource stored() {
    return stored;
  }

  /** Bytes of all tensors in the files by their type there, such as BF16 or Q4_K. */
  public SortedMap<String, Long> storedBytes() throws IOException {
    return stored.bytesByType();
  }

  /** The files that hold the tensors. */
  public List<Path> files() {
    return stored.files();
  }

  /** Unmaps all files. */
  @Override
  public void close() {
    stored.close();
  }
}
