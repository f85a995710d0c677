package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import java.util.stream.IntStream;

/** The multiple to which shares of an FFN's channels are rounded. */
public sealed interface ChannelMultiple {

  /** The multiple that is efficient on GPUs, where an FFN is wide enough for it. */
  int EFFICIENT = 256;

  /** Spelling of {@link Auto} in plans. */
  String AUTO = "auto";

  /** A multiple of the plan. */
  record Of(int channels) implements ChannelMultiple {

    public Of {
      if (channels < 1 || channels > 1 << 16) {
        throw new IllegalArgumentException(
            "must be between 1 and %d, not %d".formatted(1 << 16, channels));
      }
    }

    @Override
    public String toString() {
      return Integer.toString(channels);
    }
  }

  /**
   * The largest power of two up to 256 of which the narrowest FFN has at least 16, and at which the
   * shares of the plan remain different.
   */
  record Auto() implements ChannelMultiple {

    private static final int FEWEST = 16;

    static int widest(Model teacher) {
      int narrowest = gatedWidths(teacher).min().orElse(FEWEST * EFFICIENT);
      return Math.clamp(Integer.highestOneBit(Math.max(1, narrowest / FEWEST)), 1, EFFICIENT);
    }

    @Override
    public String toString() {
      return AUTO;
    }
  }

  /** Channels of the FFNs that have shares. */
  static IntStream gatedWidths(Model teacher) {
    return teacher.layers().stream()
        .map(Layer::ffn)
        .flatMapToInt(ffn ->
            switch (ffn) {
              case GatedFfn(int channels) -> IntStream.of(channels);
              case ExpertsFfn _, LinearFfn _, NoFfn _ -> IntStream.empty();
            });
  }

  /**
   * Reads {@code auto} or a number.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static ChannelMultiple parse(String text) {
    if (text.equals(AUTO)) {
      return new Auto();
    }
    if (!text.matches("-?[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "must be auto or a whole number, not '%s'".formatted(text));
    }
    return new Of(Integer.parseInt(text));
  }
}
