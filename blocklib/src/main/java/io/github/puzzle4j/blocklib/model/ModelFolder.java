package io.github.puzzle4j.blocklib.model;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.FileDigestMemo;
import io.github.puzzle4j.blocklib.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model: a folder in Hugging Face layout, or a GGUF file. Opening it reads the config alone;
 * weights are mapped and the tokenizer is read when they are first asked for, and then kept until
 * the model is closed.
 */
public final class ModelFolder implements AutoCloseable {

  /** Files besides the tokenizer that accompany the weights of an exported model. */
  private static final List<String> COMPANIONS =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          "special_tokens_map.json",
          "added_tokens.json",
          "generation_config.json",
          "chat_template.jinja",
          "LICENSE");

  private final Path path;
  private final Model model;
  private @Nullable Checkpoint weights;
  private @Nullable TextTokenizer tokenizer;
  private @Nullable UnpackedCompanions unpacked;

  private ModelFolder(Path path, Model model) {
    this.path = path;
    this.model = model;
  }

  /**
   * Opens a folder or a GGUF file.
   *
   * @throws InvalidInputException if there is neither, if its config is missing or cannot be used,
   *     or if the model can be priced, but not computed
   */
  public static ModelFolder open(Path path) throws IOException {
    if (!GgufFile.isOne(path)) {
      InputFile.requireFolder(path, "no such checkpoint folder");
    }
    Model model = ConfigFile.read(ConfigFile.of(path));
    Optional<String> objection = model.objectionToComputing();
    if (objection.isPresent()) {
      throw new InvalidInputException("%s: %s".formatted(path, objection.get()));
    }
    return new ModelFolder(path, model);
  }

  /** The folder or file, as it was given. */
  public Path path() {
    return path;
  }

  /** The shape of the model. */
  public Model model() {
    return model;
  }

  /**
   * How the config says that the weights are stored.
   *
   * @throws InvalidInputException as {@link #open}
   */
  public StoredFormat storedFormat() throws IOException {
    return ConfigFile.storedFormat(ConfigFile.of(path));
  }

  /**
   * The weights, which are read once when they are first asked for.
   *
   * @throws InvalidInputException if the files do not hold exactly the tensors of the model, or if
   *     a number is NaN or infinite
   */
  public Checkpoint weights() throws IOException {
    if (weights == null) {
      weights = Checkpoint.openFinite(path);
    }
    return weights;
  }

  /**
   * Checks that the files have the tensors of the model; only their headers are read.
   *
   * @throws InvalidInputException if they do not
   */
  public void requireWeights() throws IOException {
    if (weights == null) {
      Checkpoint.open(path).close();
    }
  }

  /**
   * The tokenizer.
   *
   * @throws InvalidInputException if the model has none that can be used
   */
  public TextTokenizer tokenizer() throws IOException {
    if (tokenizer == null) {
      if (!hasTokenizer()) {
        throw new InvalidInputException(
            "%s: has no tokenizer, which is needed to read text".formatted(path));
      }
      tokenizer = TextTokenizer.open(companionFolder());
    }
    return tokenizer;
  }

  /** Whether there is a tokenizer, be it one that cannot be used. */
  public boolean hasTokenizer() throws IOException {
    return InputFile.isThere(companionFolder().resolve(TextTokenizer.FILE_NAME));
  }

  /**
   * The folder with the files that accompany the weights: that of the model or, of a GGUF file, a
   * temporary one with what its metadata says, until the model is closed.
   *
   * @throws InvalidInputException if the file's tokenizer is of a kind that is not known
   */
  public Path companionFolder() throws IOException {
    if (!GgufFile.isOne(path)) {
      return path;
    }
    if (unpacked == null) {
      unpacked = UnpackedCompanions.of(path);
    }
    return unpacked.folder();
  }

  /** The files of any folder that accompany the weights of a model, in a fixed order. */
  public static List<Path> companions(Path folder) throws IOException {
    return Stream.concat(
            COMPANIONS.stream().map(folder::resolve).filter(Files::isRegularFile),
            ChatTemplate.further(folder).stream())
        .toList();
  }

  /** Reads a file for its digest, or remembers it. */
  @FunctionalInterface
  private interface FileDigest {
    String of(Path file) throws IOException;
  }

  /** A digest of shape and weights, independent of the folder's location. */
  public String weightsDigest(FileDigestMemo memo) throws IOException {
    return weightsDigest(memo::of);
  }

  /** The same, for which all files are read. */
  public String weightsDigest() throws IOException {
    return weightsDigest(Digests::of);
  }

  private String weightsDigest(FileDigest digest) throws IOException {
    List<String> parts = new ArrayList<>();
    parts.add(Json.mapper().writeValueAsString(model));
    if (GgufFile.isOne(path)) {
      parts.add(digest.of(path));
      return Digests.of(String.join("\n", parts));
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.safetensors")) {
      for (Path file : files) {
        parts.add(digest.of(file));
      }
    }
    parts.sort(null);
    return Digests.of(String.join("\n", parts));
  }

  /** A digest of the files that accompany the weights: their names and contents. */
  public String companionsDigest(FileDigestMemo memo) throws IOException {
    if (GgufFile.isOne(path)) {
      return Digests.of("metadata of " + memo.of(path));
    }
    List<String> parts = new ArrayList<>();
    for (Path file : companions(path)) {
      parts.add(path.relativize(file) + " " + memo.of(file));
    }
    return Digests.of(String.join("\n", parts));
  }

  @Override
  public void close() {
    if (unpacked != null) {
      unpacked.close();
    }
    if (weights != null) {
      weights.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
