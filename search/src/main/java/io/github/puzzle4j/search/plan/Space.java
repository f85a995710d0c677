package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.arch.Subblock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variants of every layer, in addition to its own; a variant that does not fit a layer is
 * skipped.
 *
 * @param attention attention variants
 * @param ffn FFN variants
 * @param channelMultiple multiple to which shares of the channels are rounded; 256 is efficient on
 *     GPUs
 * @param merge spans of consecutive layers that one layer of the shape of the last may replace
 */
public record Space(
    List<AttentionChoice> attention,
    List<FfnChoice> ffn,
    int channelMultiple,
    List<LayerSpan> merge) {

  public Space {
    Require.that(
        !attention.isEmpty() || !ffn.isEmpty() || !merge.isEmpty(),
        "attention",
        "must name a variant, unless ffn does: there would be nothing to search");
    attention = Require.distinct("attention", attention);
    ffn = Require.distinct("ffn", ffn);
    Require.within("channelMultiple", channelMultiple, 1, 1 << 16);
    merge = Require.distinct("merge", merge);
  }

  /**
   * The replacements for a teacher.
   *
   * @throws IllegalArgumentException naming a variant that fits no layer, or a span that the
   *     teacher does not have
   */
  public SearchSpace resolve(Model teacher) {
    Objections objections = new Objections();
    List<LayerOptions> layers = new ArrayList<>();
    for (Layer own : teacher.layers()) {
      List<Attention> attentions = new ArrayList<>();
      for (AttentionChoice choice : attention) {
        objections.sort(choice, choice.resolve(own.attention()), attentions);
      }
      List<Ffn> ffns = new ArrayList<>();
      for (FfnChoice choice : ffn) {
        objections.sort(choice, choice.resolve(own.ffn(), channelMultiple), ffns);
      }
      layers.add(new LayerOptions(own, attentions, ffns));
    }
    objections.throwFirst();
    return new SearchSpace(
        teacher, layers, merge.stream().map(span -> merged(teacher, span)).toList());
  }

  private static Replacement merged(Model teacher, LayerSpan span) {
    if (span.last() >= teacher.layers().size()) {
      throw new IllegalArgumentException(
          "merge: %s: the teacher's layers are 0 to %d"
              .formatted(span, teacher.layers().size() - 1));
    }
    return new Replacement(
        new Span(span.first(), span.last()), List.of(teacher.layers().get(span.last())));
  }

  /** Reasons why a variant fits no layer, until it fits one. */
  private static final class Objections {

    private final Map<Object, String> reasons = new LinkedHashMap<>();
    private final Set<Object> fitting = new HashSet<>();

    <S extends Subblock> void sort(Object word, Resolution<S> resolution, List<S> options) {
      switch (resolution) {
        case Resolution.To<S>(S subblock) -> {
          fitting.add(word);
          options.add(subblock);
        }
        case Resolution.Unfit<S>(String reason) -> reasons.putIfAbsent(word, reason);
      }
    }

    void throwFirst() {
      reasons.keySet().removeAll(fitting);
      reasons.values().stream()
          .findFirst()
          .ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
          });
    }
  }
}
