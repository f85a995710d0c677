package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import java.util.List;
import java.util.Locale;

/**
 * A model's layers from top to bottom: attention grows to the left by KV heads, the FFN to the
 * right by channels, both as shares of the teacher's, whose width is the pale bar behind. Removed
 * subblocks leave a gap.
 */
final class LayerPicture {

  private static final double HALF = 118;
  private static final double GUTTER = 34;
  private static final double TOP = 20;
  private static final double WIDTH = 2 * HALF + GUTTER;

  /** A linear subblock has neither heads nor channels: drawn as a narrow bar. */
  private static final double LINEAR_SHARE = 0.06;

  private static final double ROOM_FOR_TEXT = 13;

  private final ReportData.Teacher teacher;
  private final double rowHeight;
  private final Markup svg = new Markup();

  private LayerPicture(ReportData.Teacher teacher) {
    this.teacher = teacher;
    this.rowHeight = teacher.layers() <= 16 ? 19 : teacher.layers() <= 48 ? 12 : 7;
  }

  static String of(ReportData.Teacher teacher, List<Replacement> replacements, String name) {
    return new LayerPicture(teacher).draw(replacements, name);
  }

  private String draw(List<Replacement> replacements, String name) {
    int layers = replacements.stream().mapToInt(one -> one.instead().size()).sum();
    svg.open(
        "svg",
        "viewBox",
        "0 0 %s %s"
            .formatted(Markup.coordinate(WIDTH), Markup.coordinate(TOP + layers * rowHeight + 2)),
        "role",
        "img",
        "class",
        "layers",
        "aria-label",
        "Layers of " + name);
    svg.element("title", "Layers of " + name);
    svg.element("text", "attention", "x", HALF, "y", 12.0, "class", "tick end");
    svg.element("text", "FFN", "x", HALF + GUTTER, "y", 12.0, "class", "tick");
    int row = 0;
    for (Replacement replacement : replacements) {
      for (Layer layer : replacement.instead()) {
        row(row, replacement.span(), layer);
        row++;
      }
    }
    return svg.close("svg").toString();
  }

  private void row(int index, Span span, Layer layer) {
    Layer own = teacher.shape().get(span.last());
    double y = TOP + index * rowHeight;
    svg.open("g");
    svg.element(
        "title",
        "layer %s: attention %s, FFN %s"
            .formatted(
                number(span),
                describe(own.attention(), layer.attention()),
                describe(own.ffn(), layer.ffn())));
    if (rowHeight >= ROOM_FOR_TEXT || index % 5 == 0) {
      svg.element(
          "text",
          number(span),
          "x",
          HALF + GUTTER / 2,
          "y",
          y + rowHeight / 2 + 4,
          "class",
          "tick middle");
    }
    bar(y, bar(layer.attention()), true, "attention");
    bar(y, bar(layer.ffn()), false, "ffn");
    svg.close("g");
  }

  private void bar(double y, Bar bar, boolean left, String colour) {
    double share = bar.share();
    double height = rowHeight - (rowHeight >= ROOM_FOR_TEXT ? 4 : 2);
    double trackX = left ? 0 : HALF + GUTTER;
    svg.empty(
        "rect",
        "x",
        trackX + 0.5,
        "y",
        y,
        "width",
        HALF - 1,
        "height",
        height,
        "rx",
        2.0,
        "class",
        share == 0 ? "gap" : "track");
    if (share > 0) {
      double width = share * HALF;
      svg.empty(
          "rect",
          "x",
          left ? HALF - width : trackX,
          "y",
          y,
          "width",
          width,
          "height",
          height,
          "rx",
          2.0,
          "class",
          colour + bar.style());
    }
    if (rowHeight >= ROOM_FOR_TEXT) {
      label(y, bar, left);
    }
  }

  /** Next to the bar, or inside it if there is no room. */
  private void label(double y, Bar bar, boolean left) {
    boolean inside = bar.share() > 0.7;
    double fromAxis = inside ? 6 : bar.share() * HALF + 5;
    svg.element(
        "text",
        bar.label(),
        "x",
        left ? HALF - fromAxis : HALF + GUTTER + fromAxis,
        "y",
        y + rowHeight / 2 + 2,
        "class",
        "value" + (left ? " end" : "") + (inside ? " inside" : ""));
  }

  /** The number of a layer, or those of several that it replaces. */
  private static String number(Span span) {
    return span.toString().substring(1);
  }

  private Bar bar(Attention attention) {
    return switch (attention) {
      case SoftmaxAttention own -> Bar.of(own.heads().kvHeads(), teacher.kvHeads());
      case LinearAttention _ -> Bar.LINEAR;
      case NoAttention _ -> Bar.NONE;
    };
  }

  private Bar bar(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn _, ExpertsFfn _ -> Bar.of(ffn.channelsPerToken(), teacher.ffnChannels());
      case LinearFfn _ -> Bar.LINEAR;
      case NoFfn _ -> Bar.NONE;
    };
  }

  /**
   * How a subblock is drawn.
   *
   * @param share of the teacher's, which is the length of the bar
   * @param label what stands at its end
   * @param style further style classes
   */
  private record Bar(double share, String label, String style) {

    static final Bar LINEAR = new Bar(LINEAR_SHARE, "linear", " linear");
    static final Bar NONE = new Bar(0, "no-op", "");

    static Bar of(int number, int whole) {
      double share = (double) number / Math.max(1, whole);
      return new Bar(share, Math.round(100 * share) + " %", "");
    }
  }

  private String describe(Attention own, Attention attention) {
    if (attention.equals(own)) {
      return "as in the teacher";
    }
    return switch (attention) {
      case SoftmaxAttention softmax ->
          "with %d of %d KV heads%s"
              .formatted(
                  softmax.heads().kvHeads(),
                  teacher.kvHeads(),
                  softmax.hasWindow()
                      ? String.format(Locale.ROOT, " and a window of %,d tokens", softmax.window())
                      : "");
      case LinearAttention _ -> "replaced by one matrix";
      case NoAttention _ -> "left out";
    };
  }

  private String describe(Ffn own, Ffn ffn) {
    if (ffn.equals(own)) {
      return "as in the teacher";
    }
    return switch (ffn) {
      case GatedFfn(int channels) ->
          String.format(Locale.ROOT, "with %,d of %,d channels", channels, teacher.ffnChannels());
      case ExpertsFfn experts -> String.format(Locale.ROOT, "with %d experts", experts.count());
      case LinearFfn _ -> "replaced by one matrix";
      case NoFfn _ -> "left out";
    };
  }
}
