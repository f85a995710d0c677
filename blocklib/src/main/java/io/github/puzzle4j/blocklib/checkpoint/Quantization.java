package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How weights are stored according to {@code quantization_config}. Its settings for activations
 * concern engines that compute in FP8; here F8_E4M3 weights are dequantised and activations are not
 * quantised.
 *
 * @param weights how matrices are stored
 * @param blockRows rows of a matrix that share a factor, where there is a factor per block
 * @param blockColumns columns that share one, likewise
 */
record Quantization(StoredWeights weights, int blockRows, int blockColumns) {

  static final String KEY = "quantization_config";

  /** The block of DeepSeek-V3, Qwen3 and those that follow them. */
  private static final int USUAL_BLOCK = 128;

  private static final int LARGEST_BLOCK = 1 << 20;

  private static Quantization usual(StoredWeights weights) {
    return new Quantization(weights, USUAL_BLOCK, USUAL_BLOCK);
  }

  /**
   * Reads {@code quantization_config}, which may be absent.
   *
   * @throws InvalidInputException if weights are stored in a way that is not known; names the key
   */
  static Quantization of(ConfigJson config) throws InvalidInputException {
    Optional<ConfigJson> found = config.object(KEY);
    if (found.isEmpty()) {
      return usual(StoredWeights.PLAIN);
    }
    ConfigJson quantization = found.get();
    String method = quantization.text("quant_method").orElse("");
    return switch (method) {
      case "fp8" -> {
        require(quantization, "fmt", "e4m3");
        yield block(quantization, "weight_block_size");
      }
      case "fbgemm_fp8" -> usual(StoredWeights.FP8);
      case "modelopt", "modelopt_fp4" ->
          switch (required(quantization, "quant_algo")) {
            case "FP8" -> usual(StoredWeights.FP8);
            case "NVFP4" -> usual(StoredWeights.NVFP4);
            case String other ->
                throw quantization.invalid(
                    "quant_algo '%s' is not supported; FP8 and NVFP4 are".formatted(other));
          };
      case "compressed-tensors" ->
          switch (required(quantization, "format")) {
            case "float-quantized" -> floatQuantized(quantization);
            case "nvfp4-pack-quantized" -> usual(StoredWeights.NVFP4);
            case String other ->
                throw quantization.invalid(
                    "format '%s' is not supported; float-quantized and nvfp4-pack-quantized are"
                        .formatted(other));
          };
      default ->
          throw config.invalid(
              ("%s with quant_method '%s' is not supported; fp8, fbgemm_fp8, modelopt and"
                      + " compressed-tensors are")
                  .formatted(KEY, method));
    };
  }

  private static Quantization floatQuantized(ConfigJson quantization) throws InvalidInputException {
    Quantization block = usual(StoredWeights.FP8);
    Optional<ConfigJson> groups = quantization.object("config_groups");
    if (groups.isPresent()) {
      for (String group : groups.get().node().propertyNames()) {
        Optional<ConfigJson> weights = weights(groups.get(), group);
        if (weights.isPresent()) {
          required(weights.get(), "type");
          require(weights.get(), "type", "float");
          if (weights.get().size("num_bits") != Byte.SIZE) {
            throw weights.get().invalid("num_bits must be 8");
          }
          block = block(weights.get(), "block_structure");
        }
      }
    }
    return block;
  }

  private static Optional<ConfigJson> weights(ConfigJson groups, String group)
      throws InvalidInputException {
    Optional<ConfigJson> found = groups.object(group);
    return found.isEmpty() ? found : found.get().object("weights");
  }

  private static Quantization block(ConfigJson quantization, String key)
      throws InvalidInputException {
    Optional<JsonNode> size = quantization.get(key);
    if (size.isEmpty()) {
      return usual(StoredWeights.FP8);
    }
    if (!size.get().isArray() || size.get().size() != 2) {
      throw quantization.invalid("%s=%s must be two numbers".formatted(key, size.get()));
    }
    return new Quantization(
        StoredWeights.FP8,
        blockSide(quantization, key, size.get().get(0)),
        blockSide(quantization, key, size.get().get(1)));
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

  private static String required(ConfigJson quantization, String key) throws InvalidInputException {
    Optional<String> value = quantization.text(key);
    return value.orElseThrow(() -> quantization.invalid("needs '%s'".formatted(key)));
  }

  private static void require(ConfigJson quantization, String key, String value)
      throws InvalidInputException {
    Optional<String> found = quantization.text(key);
    if (found.isPresent() && !found.get().equals(value)) {
      throw quantization.invalid(
          "%s '%s' is not supported; it must be '%s'".formatted(key, found.get(), value));
    }
  }
}
