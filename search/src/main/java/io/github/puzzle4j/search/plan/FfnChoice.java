package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoFfn;

/**
 * An FFN variant as a plan names it for every layer: a share of the layer's channels such as {@code
 * 75%}, a number of them, {@code experts_64}, {@code linear} or {@code noop}.
 */
public sealed interface FfnChoice {

  /** What may be asked for, for messages. */
  String WORDS = "<percent>%, ffn_<channels>, experts_<number>, linear, noop";

  /**
   * Resolves the variant for a layer with this FFN in the teacher.
   *
   * @param channelMultiple multiple to which shares are rounded
   */
  default Resolution<Ffn> resolve(Ffn own, int channelMultiple) {
    return switch (this) {
      case Share share -> share.of(own, channelMultiple);
      case Channels(int channels) -> to(own, new GatedFfn(channels));
      case Experts experts -> experts.of(own);
      case Own() -> new Resolution.To<>(own);
      case Linear() -> to(own, new LinearFfn());
      case NoOp() -> to(own, new NoFfn());
    };
  }

  private static Resolution<Ffn> to(Ffn own, Ffn wanted) {
    return own.objectionToBecoming(wanted)
        .<Resolution<Ffn>>map(Resolution.Unfit::new)
        .orElseGet(() -> new Resolution.To<>(wanted));
  }

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

    /** The nearest multiple, at least one; the layer's own FFN if all channels remain. */
    private Resolution<Ffn> of(Ffn own, int channelMultiple) {
      return switch (own) {
        case GatedFfn(int whole) -> {
          long multiples = Math.max(1, Math.round(whole * percent / 100 / channelMultiple));
          long channels = multiples * channelMultiple;
          yield new Resolution.To<>(
              channels >= whole ? own : new GatedFfn(Math.toIntExact(channels)));
        }
        case ExpertsFfn _ ->
            new Resolution.Unfit<>(
                "%s: the teacher has experts there, not a single FFN".formatted(this));
        case LinearFfn _, NoFfn _ -> new Resolution.To<>(own);
      };
    }

    @Override
    public String toString() {
      return PlainNumber.format(percent) + "%";
    }
  }

  /** A number of channels, without rounding. */
  record Channels(int channels) implements FfnChoice {
    @Override
    public String toString() {
      return "ffn_" + channels;
    }
  }

  /** A number of the layer's experts. */
  record Experts(int count) implements FfnChoice {

    private Resolution<Ffn> of(Ffn own) {
      return switch (own) {
        case ExpertsFfn experts -> {
          if (count < experts.perToken() || count > experts.count()) {
            yield new Resolution.Unfit<>(
                "%s: the teacher has %d experts, of which %d work on a token"
                    .formatted(this, experts.count(), experts.perToken()));
          }
          yield count == experts.count()
              ? new Resolution.To<>(own)
              : to(own, experts.withCount(count));
        }
        case GatedFfn _ ->
            new Resolution.Unfit<>("%s: the teacher has a single FFN".formatted(this));
        case LinearFfn _, NoFfn _ -> Resolution.Unfit.of(toString(), own);
      };
    }

    @Override
    public String toString() {
      return "experts_" + count;
    }
  }

  /** The teacher's own FFN, which is always an option. */
  record Own() implements FfnChoice {
    @Override
    public String toString() {
      return "teacher";
    }
  }

  /** A linear layer. */
  record Linear() implements FfnChoice {
    @Override
    public String toString() {
      return "linear";
    }
  }

  /** Only the residual connection. */
  record NoOp() implements FfnChoice {
    @Override
    public String toString() {
      return "noop";
    }
  }

  /**
   * Parses the name.
   *
   * @throws IllegalArgumentException if there is no such variant
   */
  static FfnChoice parse(String text) {
    if (text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?%")) {
      return new Share(Double.parseDouble(text.substring(0, text.length() - 1)));
    }
    if (text.matches("(ffn_)?[1-9][0-9]{0,7}")) {
      return new Channels(Integer.parseInt(text.replace("ffn_", "")));
    }
    if (text.matches("experts_[1-9][0-9]{0,4}")) {
      return new Experts(Integer.parseInt(text.substring("experts_".length())));
    }
    return switch (text) {
      case "teacher" -> new Own();
      case "linear" -> new Linear();
      case "noop" -> new NoOp();
      default ->
          throw new IllegalArgumentException(
              "must be a share such as 75%%, a number of channels, linear or noop, not '%s'"
                  .formatted(text));
    };
  }
}
