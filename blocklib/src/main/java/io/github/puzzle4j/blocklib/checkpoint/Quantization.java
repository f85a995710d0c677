package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * How weights are stored according to {@code quantization_config}, or to ModelOpt's own file. Its
 * settings for activations concern engines that compute in FP8; here F8_E4M3 weights are
 * dequantised and activations are not quantised.
 *
 * @param matrices how matrices are stored
 * @param cacheInFp8 whether engines keep keys and values in FP8
 * @param blockRows rows of a matrix that share a factor, where there is a factor per block
 * @param blockColumns columns that share one, likewise
 * @param targets the modules whose matrices are quantised, but for those that are left out
 * @param leftOut modules whose matrices stay in 16 bits
 * @param source the key or file that says so; empty if there is none
 */
record Quantization(
    Matrices matrices,
    boolean cacheInFp8,
    int blockRows,
    int blockColumns,
    ModuleNames targets,
    ModuleNames leftOut,
    String source) {

  static final String KEY = "quantization_config";

  /** A file beside config.json, which {@link ConfigFile} adds to it under its name. */
  static final String FILE = "hf_quant_config.json";

  /** The block of DeepSeek-V3, Qwen3 and those that follow them. */
  private static final int USUAL_BLOCK = 128;

  private static final int LARGEST_BLOCK = 1 << 20;

  /** The formats of compressed-tensors in which an element of F8_E4M3 is one byte. */
  private static final Set<String> FLOAT_FORMATS = Set.of("float-quantized", "naive-quantized");

  private static final ModuleNames NONE = new ModuleNames(List.of());

  /** Nothing is quantised. */
  static final Quantization PLAIN = usual(Matrices.PLAIN);

  private static Quantization usual(Matrices matrices) {
    return new Quantization(matrices, false, USUAL_BLOCK, USUAL_BLOCK, NONE, NONE, "");
  }

  /**
   * Reads {@code quantization_config}, which may be absent.
   *
   * @throws InvalidInputException if weights are stored in a way that is not known; names the key
   */
  static Quantization of(ConfigJson config) throws InvalidInputException {
    Optional<ConfigJson> own = given(config, KEY);
    if (own.isPresent()) {
      return of(config, own.get(), KEY);
    }
    Optional<ConfigJson> file = given(config, FILE);
    if (file.isEmpty()) {
      return PLAIN;
    }
    ConfigJson root = file.get();
    ConfigJson content =
        root.object("quantization").orElseThrow(() -> root.invalid("needs 'quantization'"));
    return modelOpt(content).from(content, FILE);
  }

  /** An empty object quantises nothing. */
  private static Optional<ConfigJson> given(ConfigJson config, String key)
      throws InvalidInputException {
    return config.object(key).filter(object -> !object.node().isEmpty());
  }

  private static Quantization of(ConfigJson config, ConfigJson quantization, String source)
      throws InvalidInputException {
    String method = quantization.text("quant_method").orElse("");
    Quantization stored =
        switch (method) {
          case "fp8" -> fp8(quantization);
          case "fbgemm_fp8" -> usual(Matrices.FP8);
          case "modelopt", "modelopt_fp4" -> modelOpt(quantization);
          case "compressed-tensors" -> compressedTensors(quantization);
          case "bitsandbytes" -> bitsAndBytes(config, quantization);
          default -> throw unknown(config, method);
        };
    return stored.from(quantization, source);
  }

  private static InvalidInputException unknown(ConfigJson config, String method) {
    return config.invalid(
        ("%s with quant_method '%s' is not supported; fp8, fbgemm_fp8, modelopt and"
                + " compressed-tensors are")
            .formatted(KEY, method));
  }

  /** Only a config that switches both of its formats off. */
  private static Quantization bitsAndBytes(ConfigJson config, ConfigJson quantization)
      throws InvalidInputException {
    if (quantization.flag("load_in_4bit") || quantization.flag("load_in_8bit")) {
      throw unknown(config, "bitsandbytes");
    }
    return PLAIN;
  }

  private static Quantization fp8(ConfigJson quantization) throws InvalidInputException {
    require(quantization, "fmt", "e4m3");
    boolean isStatic =
        quantization
            .text("activation_scheme")
            .filter(scheme -> scheme.equals("static"))
            .isPresent();
    Matrices whole = isStatic ? Matrices.FP8_STATIC : Matrices.FP8;
    return block(quantization, "weight_block_size", whole);
  }

  private static Quantization modelOpt(ConfigJson quantization) throws InvalidInputException {
    String algorithm = quantization.text("quant_algo").orElse("");
    return switch (algorithm) {
      case "FP8" -> usual(Matrices.FP8_STATIC);
      case "FP8_PER_CHANNEL_PER_TOKEN" -> usual(Matrices.FP8);
      case "FP8_PB_WO" -> usual(Matrices.FP8_BLOCK);
      case "NVFP4" -> usual(Matrices.NVFP4);
      case "" -> {
        if (!quantization.node().has("quant_algo")) {
          throw quantization.invalid("needs 'quant_algo'");
        }
        yield PLAIN;
      }
      case String other ->
          throw quantization.invalid(
              "quant_algo '%s' is not supported; FP8 and NVFP4 are".formatted(other));
    };
  }

  private static Quantization compressedTensors(ConfigJson quantization)
      throws InvalidInputException {
    Optional<ConfigJson> sparsity = quantization.object("sparsity_config");
    if (sparsity.isPresent()) {
      require(sparsity.get(), "format", "dense");
    }
    Optional<ConfigJson> groups = quantization.object("config_groups");
    String format = quantization.text("format").orElse("");
    if (format.equals("dense") || groups.filter(all -> all.node().isEmpty()).isPresent()) {
      return PLAIN;
    }
    if (format.equals("nvfp4-pack-quantized")) {
      return ofGroups(groups, (_, _) -> usual(Matrices.NVFP4));
    }
    if (FLOAT_FORMATS.contains(format)) {
      return ofGroups(groups, Quantization::float8);
    }
    throw format.isEmpty()
        ? quantization.invalid("needs 'format'")
        : quantization.invalid(
            "format '%s' is not supported; dense, float-quantized and nvfp4-pack-quantized are"
                .formatted(format));
  }

  /** What a group's settings of its own and of its weights amount to. */
  private interface GroupReader {
    Quantization read(ConfigJson group, ConfigJson weights) throws InvalidInputException;
  }

  /** Groups name their modules; all groups have weights of one format. */
  private static Quantization ofGroups(Optional<ConfigJson> groups, GroupReader reader)
      throws InvalidInputException {
    ConfigJson none = new ConfigJson("", Json.mapper().createObjectNode());
    if (groups.isEmpty()) {
      return reader.read(none, none);
    }
    Quantization stored = PLAIN;
    List<Pattern> targets = new ArrayList<>();
    for (String name : groups.get().node().propertyNames()) {
      ConfigJson group = groups.get().object(name).orElse(none);
      Optional<ConfigJson> weights = group.object("weights");
      if (weights.isPresent()) {
        stored = reader.read(group, weights.get());
        targets.addAll(ModuleNames.of(group, List.of("targets")).patterns());
      }
    }
    return new Quantization(
        stored.matrices,
        false,
        stored.blockRows,
        stored.blockColumns,
        new ModuleNames(targets),
        NONE,
        "");
  }

  private static Quantization float8(ConfigJson group, ConfigJson weights)
      throws InvalidInputException {
    if (weights.node().isEmpty()) {
      return usual(Matrices.FP8);
    }
    String type = weights.text("type").orElseThrow(() -> weights.invalid("needs 'type'"));
    if (!type.equals("float") || weights.size("num_bits") != Byte.SIZE) {
      throw weights.invalid(
          "type '%s' with num_bits %d is not supported; float with 8 is"
              .formatted(type, weights.size("num_bits")));
    }
    Optional<ConfigJson> activations = group.object("input_activations");
    boolean isStatic = activations.isPresent() && !activations.get().flag("dynamic");
    return block(weights, "block_structure", isStatic ? Matrices.FP8_STATIC : Matrices.FP8);
  }

  private static Quantization block(ConfigJson quantization, String key, Matrices whole)
      throws InvalidInputException {
    Optional<JsonNode> size = quantization.get(key);
    if (size.isEmpty()) {
      return usual(whole);
    }
    if (!size.get().isArray() || size.get().size() != 2) {
      throw quantization.invalid("%s=%s must be two numbers".formatted(key, size.get()));
    }
    return new Quantization(
        Matrices.FP8_BLOCK,
        false,
        blockSide(quantization, key, size.get().get(0)),
        blockSide(quantization, key, size.get().get(1)),
        NONE,
        NONE,
        "");
  }

  private static int blockSide(ConfigJson quantization, String key, JsonNode side)
      throws InvalidInputException {
    if (!side.isIntegralNumber()
        || !side.canConvertToInt()
        || side.intValue() < 1
        || side.intValue() > LARGEST_BLOCK) {
      throw quantization.invalid(
          "%s holds %s; it must be a whole number from 1 to %d"
              .formatted(key, side, LARGEST_BLOCK));
    }
    return side.intValue();
  }

  /** With what all methods spell alike: the KV cache and the modules that are left out. */
  private Quantization from(ConfigJson quantization, String where) throws InvalidInputException {
    ModuleNames names =
        ModuleNames.of(
            quantization,
            List.of("ignore", "exclude_modules", "modules_to_not_convert", "ignored_layers"));
    return new Quantization(
        matrices, cache(quantization), blockRows, blockColumns, targets, names, where);
  }

  private static boolean cache(ConfigJson quantization) throws InvalidInputException {
    Optional<String> algorithm = quantization.text("kv_cache_quant_algo");
    if (algorithm.isPresent()) {
      require(quantization, "kv_cache_quant_algo", "FP8");
      return true;
    }
    Optional<ConfigJson> scheme = quantization.object("kv_cache_scheme");
    if (scheme.isEmpty()) {
      return false;
    }
    require(scheme.get(), "type", "float");
    if (scheme.get().size("num_bits") != Byte.SIZE) {
      throw scheme
          .get()
          .invalid("num_bits=%d is not supported; 8 is".formatted(scheme.get().size("num_bits")));
    }
    return true;
  }

  private static void require(ConfigJson quantization, String key, String value)
      throws InvalidInputException {
    Optional<String> found = quantization.text(key);
    if (found.isPresent() && !found.get().equals(value)) {
      throw quantization.invalid(
          "%s '%s' is not supported; it must be '%s'".formatted(key, found.get(), value));
    }
  }

  /** The format of all matrices that are not left out. */
  StoredWeights weights() {
    return matrices.weights();
  }

  /** Whether the weights of a module, such as {@code lm_head}, are quantised. */
  boolean quantises(String module) throws InvalidInputException {
    boolean isTarget = targets.isEmpty() || targets.contains(module);
    return matrices != Matrices.PLAIN && isTarget && !leftOut.contains(module);
  }
}
