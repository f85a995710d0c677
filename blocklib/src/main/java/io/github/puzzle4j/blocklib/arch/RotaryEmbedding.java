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
     * The piecewise rule of Llama 3.1: long wave lengths are divided by {@code factor}, short ones
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
  }

  /**
   * The factor that divides frequency {@code index} (1 where the frequency stays), as {@code
   * rope_freqs} in GGUF files holds it.
   *
   * @param index 0 to {@code headDim / 2 - 1}
   */
  public double divisor(int index, int headDim) {
    return switch (scaling) {
      case Scaling.None() -> 1;
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
