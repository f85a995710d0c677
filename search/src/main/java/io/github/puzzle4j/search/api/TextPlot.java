package io.github.puzzle4j.search.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws a plot with characters. */
final class TextPlot {

  private static final int WIDTH = 64;
  private static final int HEIGHT = 18;
  private static final String MARKS = "*o+x#@%&";

  private final Plot plot;
  private final PlotAxis horizontal;
  private final PlotAxis vertical;
  private final int linesPerStep;
  private final char[][] cells;

  TextPlot(Plot plot) {
    this.plot = plot;
    this.horizontal = PlotAxis.of(plot, Plot.Point::x);
    this.vertical = PlotAxis.of(plot, Plot.Point::y);
    this.linesPerStep = Math.max(1, HEIGHT / vertical.steps());
    this.cells = new char[linesPerStep * vertical.steps() + 1][WIDTH];
    for (char[] line : cells) {
      Arrays.fill(line, ' ');
    }
    for (int i = 0; i < plot.series().size(); i++) {
      draw(plot.series().get(i), mark(i));
    }
  }

  private static char mark(int series) {
    return MARKS.charAt(series % MARKS.length());
  }

  private void draw(Plot.Series series, char mark) {
    List<Plot.Point> points = series.points();
    for (int i = 0; i < points.size(); i++) {
      int column = column(points.get(i));
      set(column, line(points.get(i)), mark);
      if (series.mark() == Plot.Mark.LINE && i > 0) {
        int before = column(points.get(i - 1));
        for (int between = Math.min(before, column) + 1;
            between < Math.max(before, column);
            between++) {
          double share = (between - before) / (double) (column - before);
          double line = line(points.get(i - 1));
          set(between, (int) Math.round(line + share * (line(points.get(i)) - line)), mark);
        }
      }
    }
  }

  private void set(int column, int line, char mark) {
    cells[line][column] = mark;
  }

  private int column(Plot.Point point) {
    return (int) Math.round(horizontal.place(point.x()) * (WIDTH - 1));
  }

  private int line(Plot.Point point) {
    return (int) Math.round((1 - vertical.place(point.y())) * (cells.length - 1));
  }

  @Override
  public String toString() {
    List<String> ticks = vertical.ticks().reversed().stream().map(PlotAxis::text).toList();
    int margin = ticks.stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>(List.of(plot.title(), plot.y()));
    for (int i = 0; i < cells.length; i++) {
      boolean labelled = i % linesPerStep == 0;
      String tick = labelled ? ticks.get(i / linesPerStep) : "";
      lines.add(
          " ".repeat(margin - tick.length())
              + tick
              + (labelled ? " +" : " |")
              + new String(cells[i]).stripTrailing());
    }
    lines.add(" ".repeat(margin + 1) + "+" + "-".repeat(WIDTH));
    lines.add(" ".repeat(margin + 1) + below());
    for (int i = 0; i < plot.series().size(); i++) {
      lines.add("  %s %s".formatted(mark(i), plot.series().get(i).name()));
    }
    return String.join("\n", lines);
  }

  /** The values below the axis, and what they are. */
  private String below() {
    StringBuilder text = new StringBuilder();
    for (double tick : horizontal.ticks()) {
      String label = PlotAxis.text(tick);
      int end = 1 + (int) Math.round(horizontal.place(tick) * (WIDTH - 1));
      int begin = Math.max(0, end - label.length() / 2);
      if (begin > text.length() || text.isEmpty()) {
        text.append(" ".repeat(begin - text.length())).append(label);
      }
    }
    return text.append("  ").append(plot.x()).toString();
  }
}
