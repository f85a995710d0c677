package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Number formats and scales of a matrix product. */
public enum MatrixType {
  /** Weights and activations in single precision. */
  @JsonProperty("fp32")
  FP32("fp32", NumberFormat.FP32),
  /** Weights and activations in bf16. */
  @JsonProperty("bf16")
  BF16("bf16", NumberFormat.BF16),
  /** FP8 with one scale per tensor; the activations' scale is computed on every call. */
  @JsonProperty("fp8")
  FP8("fp8", NumberFormat.FP8),
  /** FP8 with one scale per tensor; all scales are static. */
  @JsonProperty("fp8_static")
  FP8_STATIC("fp8_static", NumberFormat.FP8),
  /** FP8 with a scale per 128 x 128 block of weights and per 128 activations. */
  @JsonProperty("fp8_block")
  FP8_BLOCK("fp8_block", NumberFormat.FP8),
  /** FP4 with a scale per 16 numbers, for weights and activations. */
  @JsonProperty("nvfp4")
  NVFP4("nvfp4", NumberFormat.NVFP4);

  private final String id;
  private final NumberFormat format;

  MatrixType(String id, NumberFormat format) {
    this.id = id;
    this.format = format;
  }

  /** Name in files and on the command line. */
  public String id() {
    return id;
  }

  /** Number format of the weights. */
  public NumberFormat format() {
    return format;
  }
}
