package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What {@code quantization_config} says of weights in F8_E4M3. What it says of activations is for
 * engines that compute in FP8: here the weights are read back to floating point, and activations
 * stay as they are.
 *
 * @param blockRows rows of a matrix that share a factor, where there is a factor per block
 * @param blockColumns columns that do
 */
record Quantization(int blockRows, int blockColumns) {

  static final String KEY = "quantization_config";

  /** Of DeepSeek-V3, Qwen3 and those that follow them. */
  private static final Quantization USUAL = new Quantization(128, 128);

  private static final int LARGEST_BLOCK = 1 << 20;

  /**
   * Reads {@code quantization_config}, which may be absent.
   *
   * @throws InvalidInputException if weights are stored in another way than F8_E4M3 with factors;
   *     names the key
   */
  static Quantization of(ConfigJson config) throws InvalidInputException {
    Optional<ConfigJson> found = config.object(KEY);
    if (found.isEmpty()) {
      return USUAL;
    }
    ConfigJson quantization = found.get();
    String method = quantization.text("quant_method").orElse("");
    return switch (method) {
      case "fp8" -> {
        require(quantization, "fmt", "e4m3");
        yield block(quantization, "weight_block_size");
      }
      case "fbgemm_fp8" -> USUAL;
      case "modelopt" -> {
        requirePresent(quantization, "quant_algo", "FP8");
        yield USUAL;
      }
      case "compressed-tensors" -> compressedTensors(quantization);
      default ->
          throw config.invalid(
              ("%s with quant_method '%s' is not supported; fp8, fbgemm_fp8, modelopt and"
                      + " compressed-tensors in 8-bit floating point are")
                  .formatted(KEY, method));
    };
  }

  private static Quantization compressedTensors(ConfigJson quantization)
      throws InvalidInputException {
    require(quantization, "format", "float-quantized");
    Quantization block = USUAL;
    Optional<ConfigJson> groups = quantization.object("config_groups");
    if (groups.isPresent()) {
      for (String group : groups.get().node().propertyNames()) {
        Optional<ConfigJson> weights = weights(groups.get(), group);
        if (weights.isPresent()) {
          requirePresent(weights.get(), "type", "float");
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
      return USUAL;
    }
    if (!size.get().isArray() || size.get().size() != 2) {
      throw quantization.invalid("%s=%s must be two numbers".formatted(key, size.get()));
    }
    return new Quantization(
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

  private static void requirePresent(ConfigJson quantization, String key, String value)
      throws InvalidInputException {
    if (quantization.get(key).isEmpty()) {
      throw quantization.invalid("needs '%s'".formatted(key));
    }
    require(quantization, key, value);
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
