package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Number format in memory and of arithmetic units. */
public enum NumberFormat {
  /** IEEE single precision, used on CPUs. */
  @JsonProperty("fp32")
  FP32("fp32", 4),
  /** bfloat16. */
  @JsonProperty("bf16")
  BF16("bf16", 2),
  /** E4M3, 8 bits. */
  @JsonProperty("fp8")
  FP8("fp8", 1),
  /** E2M1, 4 bits, with an 8-bit scale for each 16 numbers. */
  @JsonProperty("nvfp4")
  NVFP4("nvfp4", 0.5 + 1.0 / 16);

  private final String id;
  private final double bytes;

  NumberFormat(String id, double bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /** Name in files and on the command line. */
  public String id() {
    return id;
  }

  /** Bytes per number, including its share of block scales. */
  public double bytes() {
    return bytes;
  }
}
