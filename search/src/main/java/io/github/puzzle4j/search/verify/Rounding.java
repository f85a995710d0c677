package io.github.puzzle4j.search.verify;

import java.util.HashSet;
import java.util.Set;

/** How far weights were rounded, and so by how much what is computed may differ. */
enum Rounding {
  NONE,
  SIXTEEN_BITS,
  FEWER_BITS,
  /** Of up to four bits, which shows in small models. */
  FOUR_BITS;

  /** That of the coarsest type, by the names of types in files; U8 are pairs of NVFP4. */
  static Rounding of(Set<String> types, Set<String> others) {
    Set<String> coarse = new HashSet<>(types);
    coarse.addAll(others);
    coarse.remove("F32");
    if (coarse.isEmpty()) {
      return NONE;
    }
    if (coarse.stream().anyMatch(type -> type.matches("I?Q[1-4]_.*|U8"))) {
      return FOUR_BITS;
    }
    return Set.of("F16", "BF16").containsAll(coarse) ? SIXTEEN_BITS : FEWER_BITS;
  }

  /** What engines add that read weights exactly: where weights are in FP8, activations are, too. */
  static Rounding ofActivations(Set<String> types) {
    return types.contains("F8_E4M3") ? FEWER_BITS : NONE;
  }

  /** Nats per token by which the LM loss may differ. */
  double lossGap(double loss) {
    return switch (this) {
      case NONE -> 1e-3;
      case SIXTEEN_BITS -> 0.01 * loss;
      case FEWER_BITS -> 0.03 * loss;
      case FOUR_BITS -> 0.1 * loss;
    };
  }

  /** Nats per token of KL divergence. */
  double divergence() {
    return switch (this) {
      case NONE -> 1e-4;
      case SIXTEEN_BITS -> 0.01;
      case FEWER_BITS -> 0.1;
      case FOUR_BITS -> 0.5;
    };
  }

  /** Nats between two tokens that engines may swap which round activations as weights. */
  double lead() {
    return switch (this) {
      case NONE -> 0.01;
      case SIXTEEN_BITS -> 0.2;
      case FEWER_BITS, FOUR_BITS -> 1;
    };
  }
}
