package io.github.puzzle4j.search.api;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws a plot as SVG. */
final class SvgPlot {

  private static final int WIDTH = 720;
  private static final int PLOT_HEIGHT = 320;
  private static final int LEFT = 80;
  private static final int RIGHT = 24;
  private static final int TOP = 56;
  private static final int BELOW = 56;
  private static final int LEGEND_LINE = 20;

  /** Told apart by people who do not see all colours (Okabe and Ito). */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f");

  /** Without variables, which some programs that draw SVG do not know: they draw the light one. */
  private static final String STYLE =
      """
      <style>
        .plot { font: 13px sans-serif; }
        .plot .page { fill: #ffffff; }
        .plot text { fill: #1a1a1a; }
        .plot .grid { stroke: #dcdcdc; }
        @media (prefers-color-scheme: dark) {
          .plot .page { fill: #1c1c1c; }
          .plot text { fill: #e8e8e8; }
          .plot .grid { stroke: #444444; }
        }
      </style>
      """;

  private final Plot plot;
  private final PlotAxis horizontal;
  private final PlotAxis vertical;
  private final StringBuilder svg = new StringBuilder();

  SvgPlot(Plot plot) {
    this.plot = plot;
    this.horizontal = PlotAxis.of(plot, Plot.Point::x);
    this.vertical = PlotAxis.of(plot, Plot.Point::y);
    int legend = LEGEND_LINE * plot.series().size();
    int height = TOP + PLOT_HEIGHT + BELOW + legend;
    svg.append(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" width=\"%d\""
                + " height=\"%d\" viewBox=\"0 0 %d %d\">%n")
            .formatted(WIDTH, height, WIDTH, height));
    svg.append("<title>%s</title>%n".formatted(escaped(plot.title())));
    svg.append(STYLE);
    svg.append("<rect class=\"page\" width=\"%d\" height=\"%d\"/>%n".formatted(WIDTH, height));
    text(LEFT, 22, "start", plot.title());
    text(LEFT, TOP - 12, "start", plot.y());
    axes();
    for (int i = 0; i < plot.series().size(); i++) {
      draw(plot.series().get(i), colour(i));
      int y = TOP + PLOT_HEIGHT + BELOW + LEGEND_LINE * i;
      svg.append(
          "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>%n"
              .formatted(LEFT + 5, y - 4, colour(i)));
      text(LEFT + 18, y, "start", plot.series().get(i).name());
    }
    svg.append("</svg>\n");
  }

  private void axes() {
    for (double tick : vertical.ticks()) {
      double y = y(tick);
      grid(LEFT, y, WIDTH - RIGHT, y);
      text(LEFT - 8, y + 4, "end", PlotAxis.text(tick));
    }
    for (double tick : horizontal.ticks()) {
      double x = x(tick);
      grid(x, TOP, x, TOP + PLOT_HEIGHT);
      text(x, TOP + PLOT_HEIGHT + 18, "middle", PlotAxis.text(tick));
    }
    text(WIDTH - RIGHT, TOP + PLOT_HEIGHT + 38, "end", plot.x());
  }

  private void draw(Plot.Series series, String colour) {
    switch (series.mark()) {
      case LINE ->
          svg.append(
              "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n"
                  .formatted(
                      colour,
                      series.points().stream()
                          .map(point -> number(x(point.x())) + "," + number(y(point.y())))
                          .collect(Collectors.joining(" "))));
      case POINTS -> {
        for (Plot.Point point : series.points()) {
          svg.append(
              "<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"%s\"><title>%s: %s, %s</title></circle>%n"
                  .formatted(
                      number(x(point.x())),
                      number(y(point.y())),
                      colour,
                      escaped(series.name()),
                      PlotAxis.text(point.x()),
                      PlotAxis.text(point.y())));
        }
      }
    }
  }

  private static String colour(int series) {
    return COLOURS.get(series % COLOURS.size());
  }

  private double x(double value) {
    return LEFT + horizontal.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return TOP + (1 - vertical.place(value)) * PLOT_HEIGHT;
  }

  private void grid(double x1, double y1, double x2, double y2) {
    svg.append(
        "<line class=\"grid\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>%n"
            .formatted(number(x1), number(y1), number(x2), number(y2)));
  }

  private void text(double x, double y, String anchor, String text) {
    svg.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
            .formatted(number(x), number(y), anchor, escaped(text)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  public String toString() {
    return svg.toString();
  }
}
