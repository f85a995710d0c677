package io.github.puzzle4j.blocklib.arch;

/**
 * Rotary position embedding (RoFormer, arXiv 2104.09864, section 3.2.2) in the half-split layout of
 * Hugging Face checkpoints.
 *
 * @param theta base of the geometric series of wave lengths
 * @param scaling how the frequencies are stretched for long contexts
 */
public record RotaryEmbedding(double theta, Scaling scaling) {

  public RotaryEmbedding {
    if (!(theta > 1) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException(
          "rope theta=%s must be a finite number over 1".formatted(theta));
    }
  }

  /** How frequencies are stretched. */
  public sealed interface Scaling {

    /** Frequencies as trained. */
    record None() implements Scaling {}

    /**
     * The piecewise rule of Llama 3.1: low frequencies are divided by {@code factor}, high ones
     * stay, those between are interpolated.
     */
    record Llama3(double factor, double lowFactor, double highFactor, int originalPositions)
        implements Scaling {

      public Llama3 {
        if (!(factor >= 1)
            || !(lowFactor > 0)
            || !(highFactor > lowFactor)
            || Double.isInfinite(factor)
            || Double.isInfinite(highFactor)
            || originalPositions < 1) {
          throw new IllegalArgumentException(
              "llama3 rope scaling needs finite factor >= 1, 0 < lowFactor < highFactor and originalPositions >= 1; got %s, %s, %s, %d"
                  .formatted(factor, lowFactor, highFactor, originalPositions));
        }
      }
    }

    /** All wave lengths are {@code factor} times as long (Position Interpolation, 2306.15595). */
    record Linear(double factor) implements Scaling {

      public Linear {
        requireFactor("linear", factor);
      }
    }

    /**
     * Frequencies as trained up to the longest context of the model. Longer contexts, for which
     * they depend on the length, are not implemented.
     */
    record Dynamic(double factor) implements Scaling {

      public Dynamic {
        requireFactor("dynamic", factor);
      }
    }

    /**
     * Long wave lengths are multiplied by {@code factor}, short ones stay, those between are
     * interpolated (YaRN, arXiv 2309.00071, section 3.2).
     *
     * @param attentionFactor multiplies queries and keys
     * @param originalPositions the longest context before the scaling, tokens
     * @param betaFast rotations within that context above which a wave length is short
     * @param betaSlow rotations below which it is long
     * @param truncate whether both bounds are rounded outwards to whole dimensions
     */
    record Yarn(
        double factor,
        double attentionFactor,
        int originalPositions,
        double betaFast,
        double betaSlow,
        boolean truncate)
        implements Scaling {

      public Yarn {
        requireFactor("yarn", factor);
        if (!(attentionFactor > 0)
            || Double.isInfinite(attentionFactor)
            || !(betaSlow > 0)
            || !(betaFast >= betaSlow)
            || Double.isInfinite(betaFast)
            || originalPositions < 1) {
          throw new IllegalArgumentException(
              "yarn rope scaling needs attentionFactor > 0, betaFast >= betaSlow > 0 and originalPositions >= 1; got %s, %s, %s, %d"
                  .formatted(attentionFactor, betaFast, betaSlow, originalPositions));
        }
      }

      /** The default attention factor. */
      public static double usualAttentionFactor(double factor) {
        return 0.1 * Math.log(factor) + 1;
      }

      /** 0 where dimension pair {@code index} keeps its wave length, 1 where that is stretched. */
      private double stretch(int index, int headDim, double theta) {
        double low = pairTurning(betaFast, headDim, theta);
        double high = pairTurning(betaSlow, headDim, theta);
        low = Math.max(truncate ? Math.floor(low) : low, 0);
        high = Math.min(truncate ? Math.ceil(high) : high, headDim - 1.0);
        // As in the reference implementations, where both are the same.
        double width = low == high ? 0.001 : high - low;
        return Math.clamp((index - low) / width, 0, 1);
      }

      /**
       * The dimension pair, as a fraction, that makes this many rotations in the original context.
       */
      private double pairTurning(double turns, int headDim, double theta) {
        return headDim
            * Math.log(originalPositions / (turns * 2 * Math.PI))
            / (2 * Math.log(theta));
      }
    }

    private static void requireFactor(String kind, double factor) {
      if (!(factor >= 1) || Double.isInfinite(factor)) {
        throw new IllegalArgumentException(
            "%s rope scaling needs a finite factor of at least 1; got %s".formatted(kind, factor));
      }
    }
  }

  /** The factor by which queries and keys are multiplied when they are rotated. */
  public double attentionFactor() {
    return switch (scaling) {
      case Scaling.Yarn yarn -> yarn.attentionFactor();
      case Scaling.None(), Scaling.Linear(_), Scaling.Dynamic(_), Scaling.Llama3(_, _, _, _) -> 1;
    };
  }

  /**
   * The longest context that frequencies are meant for, tokens.
   *
   * @param maxPositions the value in the model's config, which some configs give without the
   *     scaling
   */
  public long longestContext(int maxPositions) {
    return switch (scaling) {
      case Scaling.None(), Scaling.Dynamic(_), Scaling.Llama3(_, _, _, _) -> maxPositions;
      case Scaling.Linear(double factor) -> (long) (factor * maxPositions);
      case Scaling.Yarn yarn ->
          Math.max(maxPositions, (long) (yarn.factor() * yarn.originalPositions()));
    };
  }

  /**
   * The factor that divides frequency {@code index} (1 where the frequency stays), as {@code
   * rope_freqs} in GGUF files holds it.
   *
   * @param index 0 to {@code headDim / 2 - 1}
   */
  public double divisor(int index, int headDim) {
    return switch (scaling) {
      case Scaling.None(), Scaling.Dynamic(_) -> 1;
      case Scaling.Linear(double factor) -> factor;
      case Scaling.Yarn yarn -> {
        double stretch = yarn.stretch(index, headDim, theta);
        yield 1 / (stretch / yarn.factor() + 1 - stretch);
      }
      case Scaling.Llama3(double factor, double low, double high, int original) -> {
        double turns = original / (2 * Math.PI / frequency(index, headDim));
        if (turns > high) {
          yield 1;
        }
        if (turns < low) {
          yield factor;
        }
        double smooth = (turns - low) / (high - low);
        yield 1 / ((1 - smooth) / factor + smooth);
      }
    };
  }

  /** Radians per position of dimension pair {@code index}, scaling included. */
  public double scaledFrequency(int index, int headDim) {
    return frequency(index, headDim) / divisor(index, headDim);
  }

  private double frequency(int index, int headDim) {
    return Math.pow(theta, -2.0 * index / headDim);
  }
}
