package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Values that are drawn: printed, as text for a terminal; {@link #svg}, as a picture.
 *
 * @param title one line above it
 * @param x what is to the right, with its unit
 * @param y what is upwards, with its unit
 * @param series what is drawn
 */
public record Plot(String title, String x, String y, List<Series> series) {

  /** How values are drawn. */
  public enum Mark {
    LINE,
    POINTS
  }

  /** A value at a place. */
  public record Point(double x, double y) {

    private boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  /**
   * Values that belong together.
   *
   * @param name in the legend
   * @param points those with finite numbers are drawn
   */
  public record Series(String name, Mark mark, List<Point> points) {

    public Series {
      points = points.stream().filter(Point::isFinite).toList();
    }
  }

  public Plot {
    series = List.copyOf(series);
  }

  /** With a line through these values. */
  public Plot line(String name, List<Double> xs, List<Double> ys) {
    return with(name, Mark.LINE, xs, ys);
  }

  /** With a mark at each of these values. */
  public Plot points(String name, List<Double> xs, List<Double> ys) {
    return with(name, Mark.POINTS, xs, ys);
  }

  /** With the values of another plot, to compare them. */
  public Plot and(Plot other) {
    List<Series> both = new ArrayList<>(series);
    both.addAll(other.series);
    return new Plot(title, x, y, both);
  }

  private Plot with(String name, Mark mark, List<Double> xs, List<Double> ys) {
    if (xs.size() != ys.size()) {
      throw new IllegalArgumentException("%d xs but %d ys".formatted(xs.size(), ys.size()));
    }
    List<Series> more = new ArrayList<>(series);
    more.add(
        new Series(
            name,
            mark,
            IntStream.range(0, xs.size()).mapToObj(i -> new Point(xs.get(i), ys.get(i))).toList()));
    return new Plot(title, x, y, more);
  }

  /** A picture in SVG, for a page or a notebook; dark where the reader prefers it. */
  public String svg() {
    return new SvgPlot(this).toString();
  }

  /** Writes the picture to a file, whose name should end with {@code .svg}. */
  public Plot save(String file) throws IOException {
    AtomicFile.writeString(Path.of(file), svg());
    return this;
  }

  /** The plot as text of about 80 columns. */
  @Override
  public String toString() {
    return new TextPlot(this).toString();
  }
}
