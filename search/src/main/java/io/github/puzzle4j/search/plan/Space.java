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
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The variants of every layer, in addition to its own; a variant that does not fit a layer is
 * skipped.
 *
 * @param attention attention variants
 * @param ffn FFN variants
 * @param channelMultiple multiple to which shares of the channels are rounded
 * @param merge spans of consecutive layers that one layer of the shape of the last may replace
 */
public record Space(
    List<AttentionChoice> attention,
    List<FfnChoice> ffn,
    ChannelMultiple channelMultiple,
    List<LayerSpan> merge) {

  public Space {
    Require.that(
        !attention.isEmpty() || !ffn.isEmpty() || !merge.isEmpty(),
        "attention",
        "must name a variant, unless ffn does: there would be nothing to search");
    attention = Require.distinct("attention", attention);
    ffn = Require.distinct("ffn", ffn);
    merge = Require.distinct("merge", merge);
  }

  /** With shares that are rounded to this multiple. */
  public Space(
      List<AttentionChoice> attention,
      List<FfnChoice> ffn,
      int channelMultiple,
      List<LayerSpan> merge) {
    this(attention, ffn, new ChannelMultiple.Of(channelMultiple), merge);
  }

  /** The multiple to which the shares of this teacher's channels are rounded. */
  public int channels(Model teacher) {
    return switch (channelMultiple) {
      case ChannelMultiple.Of(int channels) -> channels;
      case ChannelMultiple.Auto _ ->
          distinct(teacher, ChannelMultiple.Auto.widest(teacher))
              .orElseGet(() -> ChannelMultiple.Auto.widest(teacher));
    };
  }

  /** The largest half, quarter, ... of a multiple at which the FFN variants are different. */
  private OptionalInt distinct(Model teacher, int largest) {
    return IntStream.iterate(largest, multiple -> multiple > 0, multiple -> multiple / 2)
        .filter(multiple -> SharedWidths.of(teacher, ffn, multiple).isEmpty())
        .findFirst();
  }

  /**
   * What a user should know about the FFN variants for a teacher, one line each.
   *
   * @throws PlanValueException if rounding makes two of them the same in all layers
   */
  public List<String> notes(Model teacher) throws PlanValueException {
    int multiple = channels(teacher);
    List<String> notes = new ArrayList<>();
    for (SharedWidths shared : SharedWidths.of(teacher, ffn, multiple)) {
      if (shared.everywhere(teacher)) {
        throw new PlanValueException(
            "space.channelMultiple",
            "space.channelMultiple: %s in every layer, since shares are rounded to a multiple of %d; %s"
                .formatted(
                    shared.text(),
                    multiple,
                    distinct(teacher, Integer.highestOneBit(multiple)).stream()
                        .mapToObj("right would be at most %d, or auto"::formatted)
                        .findFirst()
                        .orElse("leave one of them out of 'ffn'")));
      }
      notes.add(
          "space.ffn: %s in %d of %d layers, since shares are rounded to a multiple of %d"
              .formatted(shared.text(), shared.layers().size(), teacher.layers().size(), multiple));
    }
    if (multiple != ChannelMultiple.EFFICIENT && channelMultiple instanceof ChannelMultiple.Auto) {
      notes.add(
          "space.channelMultiple: auto is %d for FFNs of %d channels"
              .formatted(multiple, ChannelMultiple.gatedWidths(teacher).min().orElse(0)));
    }
    return List.copyOf(notes);
  }

  /**
   * The replacements for a teacher.
   *
   * @throws PlanValueException naming a variant that fits no layer, or a span that the teacher does
   *     not have
   */
  public SearchSpace fitted(Model teacher) throws PlanValueException {
    try {
      return resolve(teacher);
    } catch (Require.BadValue unfit) {
      throw new PlanValueException("space." + unfit.key(), "space: " + unfit.getMessage(), unfit);
    }
  }

  /**
   * The same for variants that are not from a plan.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  public SearchSpace resolve(Model teacher) {
    Objections objections = new Objections();
    int multiple = channels(teacher);
    List<LayerOptions> layers = new ArrayList<>();
    for (Layer own : teacher.layers()) {
      List<Attention> attentions = new ArrayList<>();
      for (AttentionChoice choice : attention) {
        String key = "attention[%d]".formatted(attention.indexOf(choice));
        objections.sort(key, choice.resolve(own.attention()), attentions);
      }
      List<Ffn> ffns = new ArrayList<>();
      for (FfnChoice choice : ffn) {
        String key = "ffn[%d]".formatted(ffn.indexOf(choice));
        objections.sort(key, choice.resolve(own.ffn(), multiple), ffns);
      }
      layers.add(new LayerOptions(own, attentions, ffns));
    }
    objections.throwFirst();
    return new SearchSpace(
        teacher, layers, merge.stream().map(span -> merged(teacher, span)).toList());
  }

  private Replacement merged(Model teacher, LayerSpan span) {
    Require.that(
        span.last() < teacher.layers().size(),
        "merge[%d]".formatted(merge.indexOf(span)),
        "merge: %s: the teacher's layers are 0 to %d",
        span,
        teacher.layers().size() - 1);
    return new Replacement(
        new Span(span.first(), span.last()), List.of(teacher.layers().get(span.last())));
  }

  /** Reasons why a variant fits no layer, until it fits one. */
  private static final class Objections {

    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final Set<String> fitting = new HashSet<>();

    <S extends Subblock> void sort(String key, Resolution<S> resolution, List<S> options) {
      switch (resolution) {
        case Resolution.To<S>(S subblock) -> {
          fitting.add(key);
          options.add(subblock);
        }
        case Resolution.Unfit<S>(String reason) -> reasons.putIfAbsent(key, reason);
      }
    }

    void throwFirst() {
      reasons.keySet().removeAll(fitting);
      reasons.forEach((key, reason) -> Require.that(false, key, "%s", reason));
    }
  }
}
