package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;

/** An FFN variant as a plan names it: by itself, or as a share of a teacher not yet known. */
public sealed interface FfnChoice {

  /**
   * The variant for a layer, pruned widths rounded to the multiple.
   *
   * @param own the layer's FFN, which stays where a share leaves all of it or is of none
   */
  FfnVariant resolve(FfnVariant own, ModelConfig config, int channelMultiple);

  /**
   * A share of the layer's channels.
   *
   * @param percent above 0, at most 100
   */
  record Share(double percent) implements FfnChoice {

    public Share {
      if (!(percent > 0 && percent <= 100)) {
        throw new IllegalArgumentException(
            "must be above 0%% and at most 100%%, not %s%%".formatted(percent));
      }
    }

    /** The nearest multiple of {@code channelMultiple}, at least one of it. */
    @Override
    public FfnVariant resolve(FfnVariant own, ModelConfig config, int channelMultiple) {
      int whole =
          own instanceof FfnVariant.Teacher ? config.intermediateSize() : own.channels(config);
      long multiples = Math.max(1, Math.round(whole * percent / 100 / channelMultiple));
      long channels = multiples * channelMultiple;
      return channels >= whole ? own : new FfnVariant.Pruned(Math.toIntExact(channels));
    }

    @Override
    public String toString() {
      return PlainNumber.format(percent) + "%";
    }
  }

  /** A variant that needs no teacher to be known; its width is taken as it is. */
  record Exactly(FfnVariant variant) implements FfnChoice {

    @Override
    public FfnVariant resolve(FfnVariant own, ModelConfig config, int channelMultiple) {
      return variant;
    }

    @Override
    public String toString() {
      return variant.id();
    }
  }

  /**
   * Reads {@code 75%}, a number of channels, or the id of a variant such as {@code noop}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static FfnChoice parse(String text) {
    if (text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?%")) {
      return new Share(Double.parseDouble(text.substring(0, text.length() - 1)));
    }
    if (text.matches("[1-9][0-9]{0,7}")) {
      return new Exactly(new FfnVariant.Pruned(Integer.parseInt(text)));
    }
    try {
      return new Exactly(FfnVariant.parse(text));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "must be a share such as 75%%, a number of channels, linear or noop, not '%s'"
              .formatted(text),
          unknown);
    }
  }
}
