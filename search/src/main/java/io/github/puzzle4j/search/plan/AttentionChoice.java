package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An attention variant as a plan names it for every layer: {@code gqa_2} for two KV heads, {@code
 * window_128} for a window, {@code gqa_2_window_128} for both, {@code linear} or {@code noop}.
 * Everything else stays as in the layer.
 */
public sealed interface AttentionChoice {

  /** What may be asked for, for messages. */
  String WORDS = "gqa_<kv heads>, window_<tokens>, gqa_<kv heads>_window_<tokens>, linear, noop";

  /** Resolves the variant for a layer with this attention in the teacher. */
  default Resolution<Attention> resolve(Attention own) {
    return switch (this) {
      case Softmax wanted -> wanted.of(own);
      case Own() -> new Resolution.To<>(own);
      case Linear() -> to(own, new LinearAttention());
      case NoOp() -> to(own, new NoAttention());
    };
  }

  private static Resolution<Attention> to(Attention own, Attention wanted) {
    return own.objectionToBecoming(wanted)
        .<Resolution<Attention>>map(Resolution.Unfit::new)
        .orElseGet(() -> new Resolution.To<>(wanted));
  }

  /** Fewer KV heads, a narrower window, or both; at least one of the two is present. */
  record Softmax(OptionalInt kvHeads, OptionalInt window) implements AttentionChoice {

    private Resolution<Attention> of(Attention own) {
      return switch (own) {
        case SoftmaxAttention attention -> of(attention);
        case LinearAttention _, NoAttention _ -> Resolution.Unfit.of(toString(), own);
      };
    }

    private Resolution<Attention> of(SoftmaxAttention own) {
      int heads = kvHeads.orElse(own.heads().kvHeads());
      if (own.heads().kvHeads() % heads != 0) {
        return new Resolution.Unfit<>(
            "%s: %d KV heads do not divide the teacher's %d"
                .formatted(this, heads, own.heads().kvHeads()));
      }
      return to(own, own.withKvHeads(heads).withWindow(window.orElse(own.window())));
    }

    @Override
    public String toString() {
      StringBuilder words = new StringBuilder();
      kvHeads.ifPresent(heads -> words.append("gqa_").append(heads));
      window.ifPresent(
          tokens -> words.append(words.isEmpty() ? "" : "_").append("window_").append(tokens));
      return words.toString();
    }
  }

  /** The teacher's own attention, which is always an option. */
  record Own() implements AttentionChoice {
    @Override
    public String toString() {
      return "teacher";
    }
  }

  /** A linear layer. */
  record Linear() implements AttentionChoice {
    @Override
    public String toString() {
      return "linear";
    }
  }

  /** Only the residual connection. */
  record NoOp() implements AttentionChoice {
    @Override
    public String toString() {
      return "noop";
    }
  }

  /**
   * Parses the name.
   *
   * @throws IllegalArgumentException if there is no such variant, listing the existing ones
   */
  static AttentionChoice parse(String text) {
    return switch (text) {
      case "teacher" -> new Own();
      case "linear" -> new Linear();
      case "noop" -> new NoOp();
      default -> softmax(text);
    };
  }

  private static AttentionChoice softmax(String text) {
    Pattern words =
        Pattern.compile("(?:gqa_([1-9][0-9]{0,4}))?(?:(?:^|_)window_([1-9][0-9]{0,7}))?");
    Matcher matcher = words.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "unknown attention variant '%s'; there are %s".formatted(text, WORDS));
    }
    return new Softmax(number(matcher.group(1)), number(matcher.group(2)));
  }

  private static OptionalInt number(@Nullable String digits) {
    return digits == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
  }
}
