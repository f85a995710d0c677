package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;

/** Format of keys and values when a model is served. */
public sealed interface CacheFormat {

  /** As the teacher's {@code quantization_config} says; bf16 if there is none. */
  record Stored() implements CacheFormat {

    @Override
    public String toString() {
      return "stored";
    }
  }

  /** This one. */
  record Exactly(NumberFormat format) implements CacheFormat {

    @Override
    public String toString() {
      return format.id();
    }
  }
}
