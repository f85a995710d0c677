package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import java.util.Locale;
import java.util.Optional;

/** The {@code quantization_config} of published checkpoints: how their matrices are stored. */
final class QuantizationFields {

  private QuantizationFields() {}

  /**
   * Reads what the checkpoint says.
   *
   * @throws InvalidInputException if it is a method whose arithmetic is not known
   */
  static StoredWeights read(ConfigJson config) throws InvalidInputException {
    Optional<ConfigJson> quantization = config.object("quantization_config");
    if (quantization.isEmpty()) {
      return StoredWeights.PLAIN;
    }
    ConfigJson fields = quantization.get();
    String method = fields.text("quant_method").orElse("").toLowerCase(Locale.ROOT);
    String kind =
        switch (method) {
          case "fp8", "fbgemm_fp8" -> "FP8";
          case "modelopt", "modelopt_fp4" -> required(fields, "quant_algo");
          case "compressed-tensors" -> required(fields, "format");
          default -> "";
        };
    return switch (kind.toLowerCase(Locale.ROOT)) {
      case "fp8", "float-quantized" -> StoredWeights.FP8;
      case "nvfp4", "nvfp4-pack-quantized" -> StoredWeights.NVFP4;
      default ->
          throw fields.invalid(
              "quant_method '%s'%s is not supported; FP8 and NVFP4 weights are"
                  .formatted(method, kind.isEmpty() ? "" : " with '" + kind + "'"));
    };
  }

  private static String required(ConfigJson fields, String key) throws InvalidInputException {
    Optional<String> value = fields.text(key);
    return value.orElseThrow(() -> fields.invalid("needs '%s'".formatted(key)));
  }
}
