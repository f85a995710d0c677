package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a number is stored, and which arithmetic units multiply it. */
public enum NumberFormat {
  /** IEEE single precision: what CPUs compute with. */
  @JsonProperty("fp32")
  FP32("fp32", 4),
  /** Brain float. */
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

  /** Bytes that one number takes, its share of block scales included. */
  public double bytes() {
    return bytes;
  }
}
