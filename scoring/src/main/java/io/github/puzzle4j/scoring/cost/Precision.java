package io.github.puzzle4j.scoring.cost;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How weights, activations and the KV cache are held while serving. */
public enum Precision {
  /** Brain float, 16 bits, throughout. */
  @JsonProperty("bf16")
  BF16("bf16", 2);

  private final String id;
  private final int bytesPerElement;

  Precision(String id, int bytesPerElement) {
    this.id = id;
    this.bytesPerElement = bytesPerElement;
  }

  /** Name in files and on the command line. */
  public String id() {
    return id;
  }

  /** Bytes that one number takes. */
  public int bytesPerElement() {
    return bytesPerElement;
  }
}
