package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.blocklib.gguf.GgufMetadata;
import io.github.puzzle4j.blocklib.gguf.GgufTensor;
import io.github.puzzle4j.blocklib.gguf.GgufType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rotary embedding of a GGUF file: keys for linear and yarn scaling, or a tensor of divisors of
 * the frequencies, in which the rules of Llama 3 and of linear scaling are recognised.
 *
 * @param storedDivisors whether the scaling comes from that tensor
 */
record GgufRope(RotaryEmbedding rotary, boolean storedDivisors) {

  /** How the keys begin that are read or refused here. */
  static final String PREFIX = "rope.";

  /** The tensor of divisors. */
  private static final String DIVISORS = GgufNames.ROPE_DIVISORS;

  private static final String SCALING = "rope.scaling.";
  private static final double DEFAULT_BASE = 10_000;
  private static final int USUAL_POSITIONS = 8192;
  private static final double USUAL_LOW = 1;
  private static final double USUAL_HIGH = 4;

  /** Between divisors in single precision and those of a rule. */
  private static final double TOLERANCE = 1e-5;

  private static final Set<String> KEYS =
      Set.of(
          GgufKeys.ROPE_WIDTH,
          GgufKeys.ROPE_BASE,
          "rope.scale_linear",
          SCALING + "type",
          SCALING + "factor",
          SCALING + "original_context_length",
          SCALING + "finetuned",
          SCALING + "attn_factor",
          SCALING + "yarn_beta_fast",
          SCALING + "yarn_beta_slow");

  static GgufRope of(GgufFile file, String architecture, int headWidth)
      throws InvalidInputException {
    GgufMetadata metadata = file.metadata();
    String prefix = architecture + ".";
    for (String key : metadata.keys()) {
      if (key.startsWith(prefix + PREFIX) && !KEYS.contains(key.substring(prefix.length()))) {
        throw metadata.invalid("key '%s' is not supported".formatted(key));
      }
    }
    double base =
        GgufConfig.shortest(metadata.number(prefix + GgufKeys.ROPE_BASE).orElse(DEFAULT_BASE));
    RotaryEmbedding.Scaling stated = stated(metadata, prefix);
    GgufTensor divisors = file.tensors().get(DIVISORS);
    try {
      if (divisors == null) {
        return new GgufRope(new RotaryEmbedding(base, stated), false);
      }
      if (!stated.equals(new RotaryEmbedding.Scaling.None())) {
        throw metadata.invalid("has both '%s' and %s%stype".formatted(DIVISORS, prefix, SCALING));
      }
      return new GgufRope(stored(file, divisors, base, headWidth, prefix), true);
    } catch (IllegalArgumentException contradiction) {
      throw new InvalidInputException(
          "%s: %s".formatted(file.path(), contradiction.getMessage()), contradiction);
    }
  }

  private static RotaryEmbedding.Scaling stated(GgufMetadata metadata, String prefix)
      throws InvalidInputException {
    double linear = metadata.number(prefix + "rope.scale_linear").orElse(1);
    double factor =
        GgufConfig.shortest(metadata.number(prefix + SCALING + "factor").orElse(linear));
    String type = metadata.text(prefix + SCALING + "type").orElse(factor == 1 ? "none" : "linear");
    try {
      return switch (type) {
        case "none" -> new RotaryEmbedding.Scaling.None();
        case "linear" ->
            factor == 1
                ? new RotaryEmbedding.Scaling.None()
                : new RotaryEmbedding.Scaling.Linear(factor);
        case "yarn" -> yarn(metadata, prefix, factor);
        default ->
            throw metadata.invalid(
                "%s%stype '%s' is not supported; none, linear and yarn are"
                    .formatted(prefix, SCALING, type));
      };
    } catch (IllegalArgumentException contradiction) {
      throw metadata.invalid(String.valueOf(contradiction.getMessage()));
    }
  }

  private static RotaryEmbedding.Scaling yarn(GgufMetadata metadata, String prefix, double factor)
      throws InvalidInputException {
    String original = prefix + SCALING + "original_context_length";
    return new RotaryEmbedding.Scaling.Yarn(
        factor,
        metadata.number(prefix + SCALING + "attn_factor").orElse(1)
            * RotaryEmbedding.Scaling.Yarn.usualAttentionFactor(factor),
        metadata
            .size32(original)
            .orElseThrow(() -> metadata.invalid("needs '%s'".formatted(original))),
        metadata.number(prefix + SCALING + "yarn_beta_fast").orElse(32),
        metadata.number(prefix + SCALING + "yarn_beta_slow").orElse(1),
        true);
  }

  private static RotaryEmbedding stored(
      GgufFile file, GgufTensor tensor, double base, int headWidth, String prefix)
      throws InvalidInputException {
    GgufMetadata metadata = file.metadata();
    if (tensor.type() != GgufType.F32 || !tensor.shape().equals(List.of(headWidth / 2L))) {
      throw metadata.invalid(
          "tensor '%s' is %s %s; F32 [%d] is needed"
              .formatted(DIVISORS, tensor.type(), tensor.shape(), headWidth / 2));
    }
    float[] divisors = new float[headWidth / 2];
    file.readRows(tensor, 0, 1, new byte[(int) tensor.rowBytes()], divisors);
    int positions =
        metadata.size32(prefix + SCALING + "original_context_length").orElse(USUAL_POSITIONS);
    for (RotaryEmbedding.Scaling candidate : candidates(divisors, base, headWidth, positions)) {
      RotaryEmbedding rotary = new RotaryEmbedding(base, candidate);
      if (matches(rotary, divisors, headWidth)) {
        return rotary;
      }
    }
    throw metadata.invalid(
        "tensor '%s' is neither of linear rope scaling nor of that of Llama 3; others are not supported"
            .formatted(DIVISORS));
  }

  private static boolean matches(RotaryEmbedding rotary, float[] divisors, int headWidth) {
    for (int i = 0; i < divisors.length; i++) {
      double expected = rotary.divisor(i, headWidth);
      if (!(Math.abs(divisors[i] - expected) <= TOLERANCE * expected)) {
        return false;
      }
    }
    return true;
  }

  private static List<RotaryEmbedding.Scaling> candidates(
      float[] divisors, double base, int headWidth, int positions) {
    List<RotaryEmbedding.Scaling> candidates = new ArrayList<>();
    candidates.add(new RotaryEmbedding.Scaling.None());
    double factor = 1;
    for (float divisor : divisors) {
      factor = Math.max(factor, divisor);
    }
    if (Double.isFinite(factor)) {
      candidates.add(new RotaryEmbedding.Scaling.Linear(factor));
      candidates.add(new RotaryEmbedding.Scaling.Llama3(factor, USUAL_LOW, USUAL_HIGH, positions));
      fitted(divisors, base, headWidth, positions, factor).ifPresent(candidates::add);
    }
    return candidates;
  }

  /**
   * Bounds of Llama 3's rule from two interpolated frequencies. The share of a frequency that stays
   * is linear in its rotations within the original context, so that any number of positions gives
   * the same divisors with bounds to match.
   */
  private static Optional<RotaryEmbedding.Scaling> fitted(
      float[] divisors, double base, int headWidth, int positions, double factor) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < divisors.length; i++) {
      if (divisors[i] > 1 && divisors[i] < factor) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    if (first == last) {
      return Optional.empty();
    }
    RotaryEmbedding plain = new RotaryEmbedding(base, new RotaryEmbedding.Scaling.None());
    double turnsFirst = positions * plain.scaledFrequency(first, headWidth) / (2 * Math.PI);
    double turnsLast = positions * plain.scaledFrequency(last, headWidth) / (2 * Math.PI);
    double slope =
        (kept(divisors[first], factor) - kept(divisors[last], factor)) / (turnsFirst - turnsLast);
    double low = turnsLast - kept(divisors[last], factor) / slope;
    double high = low + 1 / slope;
    if (!(low > 0) || !(high > low) || Double.isInfinite(high)) {
      return Optional.empty();
    }
    // With a lower bound of 1, as all known models have it, if that gives a whole number.
    double original = positions / low;
    return Math.abs(original - Math.rint(original)) < 1e-3
        ? Optional.of(
            new RotaryEmbedding.Scaling.Llama3(
                factor, USUAL_LOW, rounded(high / low), (int) Math.rint(original)))
        : Optional.of(new RotaryEmbedding.Scaling.Llama3(factor, low, high, positions));
  }

  /** The share of a frequency that stays: from 1/divisor = (1 - share) / factor + share. */
  private static double kept(double divisor, double factor) {
    return (1 / divisor - 1 / factor) / (1 - 1 / factor);
  }

  private static double rounded(double bound) {
    double hundredth = Math.rint(bound * 100) / 100;
    return Math.abs(hundredth - bound) < 1e-3 * bound ? hundredth : bound;
  }

  /** The longest context before scaling, as configs state it. */
  int maxPositions(int contextLength) {
    return switch (rotary.scaling()) {
      case RotaryEmbedding.Scaling.Linear(double factor) ->
          storedDivisors ? (int) Math.max(1, contextLength / factor) : contextLength;
      case RotaryEmbedding.Scaling.None(),
          RotaryEmbedding.Scaling.Dynamic(_),
          RotaryEmbedding.Scaling.Llama3(_, _, _, _) ->
          contextLength;
      case RotaryEmbedding.Scaling.Yarn _ -> contextLength;
    };
  }

  void write(ObjectNode node) {
    RotaryFields.write(node, rotary);
  }
}
