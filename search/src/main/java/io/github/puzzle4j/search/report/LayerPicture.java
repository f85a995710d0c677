package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.List;
import java.util.Locale;

/**
 * A model's layers from top to bottom: attention grows to the left by KV heads, the FFN to the
 * right by channels, both as shares of the teacher's, whose width is the pale bar behind. What is
 * left out leaves a gap.
 */
final class LayerPicture {

  private static final double HALF = 118;
  private static final double GUTTER = 34;
  private static final double TOP = 20;
  private static final double WIDTH = 2 * HALF + GUTTER;

  /** A linear subblock has neither heads nor channels: a sliver that can be seen. */
  private static final double LINEAR_SHARE = 0.06;

  private static final double ROOM_FOR_TEXT = 13;

  private final ReportData.Teacher teacher;
  private final double rowHeight;
  private final Markup svg = new Markup();

  private LayerPicture(ReportData.Teacher teacher) {
    this.teacher = teacher;
    this.rowHeight = teacher.layers() <= 16 ? 19 : teacher.layers() <= 48 ? 12 : 7;
  }

  static String of(ReportData.Teacher teacher, List<BlockVariant> layers, String name) {
    return new LayerPicture(teacher).draw(layers, name);
  }

  private String draw(List<BlockVariant> layers, String name) {
    svg.open(
        "svg",
        "viewBox",
        "0 0 %s %s"
            .formatted(
                Markup.coordinate(WIDTH), Markup.coordinate(TOP + layers.size() * rowHeight + 2)),
        "role",
        "img",
        "class",
        "layers",
        "aria-label",
        "Layers of " + name);
    svg.element("title", "Layers of " + name);
    svg.element("text", "attention", "x", HALF, "y", 12.0, "class", "tick end");
    svg.element("text", "FFN", "x", HALF + GUTTER, "y", 12.0, "class", "tick");
    for (int layer = 0; layer < layers.size(); layer++) {
      row(layer, layers.get(layer));
    }
    return svg.close("svg").toString();
  }

  private void row(int layer, BlockVariant block) {
    double y = TOP + layer * rowHeight;
    svg.open("g");
    svg.element(
        "title",
        "layer %d: attention %s, FFN %s"
            .formatted(layer, describe(block.attention()), describe(block.ffn())));
    if (rowHeight >= ROOM_FOR_TEXT || layer % 5 == 0) {
      svg.element(
          "text",
          Integer.toString(layer),
          "x",
          HALF + GUTTER / 2,
          "y",
          y + rowHeight / 2 + 4,
          "class",
          "tick middle");
    }
    bar(y, share(block.attention()), true, "attention", block.attention());
    bar(y, share(block.ffn()), false, "ffn", block.ffn());
    svg.close("g");
  }

  private void bar(double y, double share, boolean left, String colour, Object variant) {
    double height = rowHeight - (rowHeight >= ROOM_FOR_TEXT ? 4 : 2);
    boolean linear =
        variant instanceof AttentionVariant.Linear || variant instanceof FfnVariant.Linear;
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
          colour + (linear ? " linear" : ""));
    }
    if (rowHeight >= ROOM_FOR_TEXT) {
      label(y, share, left, linear);
    }
  }

  /** Beside the bar, or in it where it leaves no room. */
  private void label(double y, double share, boolean left, boolean linear) {
    String text = linear ? "linear" : share == 0 ? "no-op" : Math.round(100 * share) + " %";
    boolean inside = share > 0.7;
    double fromAxis = inside ? 6 : share * HALF + 5;
    svg.element(
        "text",
        text,
        "x",
        left ? HALF - fromAxis : HALF + GUTTER + fromAxis,
        "y",
        y + rowHeight / 2 + 2,
        "class",
        "value" + (left ? " end" : "") + (inside ? " inside" : ""));
  }

  private double share(AttentionVariant variant) {
    return switch (variant) {
      case AttentionVariant.Teacher(), AttentionVariant.SlidingWindow(_) -> 1;
      case AttentionVariant.GroupedQuery(int kvHeads) -> (double) kvHeads / teacher.kvHeads();
      case AttentionVariant.Linear() -> LINEAR_SHARE;
      case AttentionVariant.NoOp() -> 0;
    };
  }

  private double share(FfnVariant variant) {
    return switch (variant) {
      case FfnVariant.Teacher(), FfnVariant.Experts(_) -> 1;
      case FfnVariant.Pruned(int channels) -> (double) channels / teacher.ffnChannels();
      case FfnVariant.Linear() -> LINEAR_SHARE;
      case FfnVariant.NoOp() -> 0;
    };
  }

  private String describe(AttentionVariant variant) {
    return switch (variant) {
      case AttentionVariant.Teacher() -> "as the teacher's";
      case AttentionVariant.GroupedQuery(int kvHeads) ->
          "with %d of %d KV heads".formatted(kvHeads, teacher.kvHeads());
      case AttentionVariant.SlidingWindow(int tokens) ->
          String.format(Locale.ROOT, "the nearest %d tokens only", tokens);
      case AttentionVariant.Linear() -> "replaced by one matrix";
      case AttentionVariant.NoOp() -> "left out";
    };
  }

  private String describe(FfnVariant variant) {
    return switch (variant) {
      case FfnVariant.Teacher() -> "as the teacher's";
      case FfnVariant.Pruned(int channels) ->
          String.format(Locale.ROOT, "with %,d of %,d channels", channels, teacher.ffnChannels());
      case FfnVariant.Experts(int count) -> String.format(Locale.ROOT, "%d experts", count);
      case FfnVariant.Linear() -> "replaced by one matrix";
      case FfnVariant.NoOp() -> "left out";
    };
  }
}
