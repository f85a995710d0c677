package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code config.json}, or a GGUF file's metadata in its place, and the model that it describes.
 */
public final class ConfigFile {

  /** Name of the file in a checkpoint folder. */
  public static final String NAME = "config.json";

  private ConfigFile() {}

  /** Where the config of a model is: in its folder, or in its GGUF file itself. */
  public static Path of(Path model) throws IOException {
    return GgufFile.isOne(model) ? model : model.resolve(NAME);
  }

  /**
   * Reads a config.
   *
   * @throws InvalidInputException if the file is missing or broken, its family is unknown, or it
   *     asks for arithmetic that is not implemented; names the key
   */
  public static Model read(Path file) throws IOException {
    return read(file, json(file));
  }

  /**
   * How the weights beside a config are stored, and the KV cache that engines keep.
   *
   * @throws InvalidInputException as {@link #read}
   */
  public static StoredFormat storedFormat(Path file) throws IOException {
    ConfigJson config = json(file);
    return new StoredParts(Quantization.of(config), read(file, config)).format();
  }

  /** The file; with ModelOpt's own one beside it under its name, if there is any. */
  static ConfigJson json(Path file) throws IOException {
    if (GgufFile.isOne(file)) {
      try (GgufFile gguf = GgufFile.open(file)) {
        return GgufConfig.of(gguf);
      }
    }
    if (file.endsWith(NAME) && Files.notExists(file)) {
      throw new InvalidInputException(
          "%s: no such file%s".formatted(file, OtherWeights.in(file.resolveSibling("."))));
    }
    ConfigJson config = ConfigJson.of(file.toString(), Json.readTree(file));
    Path quantization = file.resolveSibling(Quantization.FILE);
    if (file.endsWith(NAME) && Files.isRegularFile(quantization)) {
      ((ObjectNode) config.node()).set(Quantization.FILE, Json.readTree(quantization));
    }
    return config;
  }

  static Model read(Path file, ConfigJson config) throws InvalidInputException {
    String modelType =
        config.text("model_type").orElseThrow(() -> config.invalid("needs 'model_type'"));
    ModelFamily family =
        ModelFamily.ALL.stream()
            .filter(candidate -> candidate.modelType().equals(modelType))
            .findFirst()
            .orElseThrow(() ->
                config.invalid(
                    "unknown model_type '%s'; there are %s"
                        .formatted(
                            modelType,
                            ModelFamily.ALL.stream().map(ModelFamily::modelType).toList())));
    try {
      return PerLayerFields.read(family, config);
    } catch (IllegalArgumentException contradiction) {
      throw new InvalidInputException(
          "%s: %s".formatted(file, contradiction.getMessage()), contradiction);
    }
  }

  /**
   * Writes the config of a model: as its own family if that can hold it, else as {@code
   * nemotron-nas}, else as {@code puzzle4j}, which states the layers of any family.
   *
   * @param stored the type of the weights beside it: F32, F16 or BF16
   * @throws InvalidInputException if none can hold it
   */
  public static void write(Path file, Model model, TensorType stored) throws IOException {
    write(file, describe(model, stored));
  }

  static ObjectNode describe(Model model, TensorType stored) throws InvalidInputException {
    return withType(family(model).write(model), stored);
  }

  static ObjectNode withType(ObjectNode node, TensorType stored) {
    return node.put("torch_dtype", torchName(stored));
  }

  static void write(Path file, ObjectNode node) throws IOException {
    AtomicFile.writeString(
        file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n");
  }

  private static ModelFamily family(Model model) throws InvalidInputException {
    Optional<ModelFamily> own =
        ModelFamily.ALL.stream()
            .filter(family -> family.modelType().equals(model.common().family()))
            .filter(family -> family.objection(model).isEmpty())
            .findFirst();
    if (own.isPresent()) {
      return own.get();
    }
    ModelFamily published = new NemotronNasFamily();
    if (published.objection(model).isEmpty()) {
      return published;
    }
    ModelFamily any = new Puzzle4jFamily();
    Optional<String> objection = any.objection(model);
    if (objection.isPresent()) {
      throw new InvalidInputException("no config.json can hold this model: " + objection.get());
    }
    return any;
  }

  /** The {@code model_type} that {@link #write} would state. */
  public static String modelType(Model model) throws InvalidInputException {
    return family(model).modelType();
  }

  /**
   * A family whose own layout holds a model, so that all engines that know the family load it; the
   * model's own if that does. Empty if there is none.
   */
  public static Optional<String> nativeFamily(Model model) {
    return ModelFamily.nativeTo(model).map(ModelFamily::modelType);
  }

  private static String torchName(TensorType stored) {
    return switch (stored) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F64, F8_E4M3, I64, I32, U8, BOOL ->
          throw new IllegalArgumentException(
              "stored=%s: weights are F32, F16 or BF16"
                  .formatted(stored.name().toUpperCase(Locale.ROOT)));
    };
  }
}
