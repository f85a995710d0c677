package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.scoring.cost.kernel.MatrixType;

/** Format of the layers' matrices when a model is served. */
public sealed interface WeightsFormat {

  /** As the teacher's {@code quantization_config} says; bf16 if there is none. */
  record Stored() implements WeightsFormat {

    @Override
    public String toString() {
      return "stored";
    }
  }

  /** This one. */
  record Exactly(MatrixType type) implements WeightsFormat {

    @Override
    public String toString() {
      return type.id();
    }
  }
}
