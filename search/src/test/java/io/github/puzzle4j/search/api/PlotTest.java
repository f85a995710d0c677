package io.github.puzzle4j.search.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class PlotTest {

  private static Plot empty() {
    return new Plot("Losses of <a> & b", "step", "loss", List.of());
  }

  private static Plot two() {
    return empty()
        .line("a", List.of(0.0, 5.0, 10.0), List.of(3.0, 1.0, 0.0))
        .points("b", List.of(10.0), List.of(2.0));
  }

  /** The lines of the drawing without axis, by their order from top to bottom. */
  private static List<String> drawing(Plot plot) {
    return plot.toString().lines().filter(line -> line.matches(" *[-0-9.E,]* [+|][^-]*")).toList();
  }

  @Test
  void highValuesAreHighAndLateOnesAreRight() {
    List<String> lines = drawing(two());
    assertThat(lines.getFirst()).startsWith("  3 +*");
    assertThat(lines.getLast()).startsWith("  0 +").endsWith("*");
    String middle =
        lines.stream().filter(line -> line.startsWith("  1 +")).findFirst().orElseThrow();
    assertThat(middle.indexOf('*')).isBetween(32, 42);
    String mark = lines.stream().filter(line -> line.contains("o")).findFirst().orElseThrow();
    assertThat(mark).startsWith("  2 +").endsWith("o");
    assertThat(two().toString()).contains("  * a\n  o b").contains("10  step");
  }

  private static Document parsed(Plot plot)
      throws IOException, SAXException, ParserConfigurationException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(plot.svg())));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList found = document.getElementsByTagName(name);
    List<Element> all = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      all.add((Element) found.item(i));
    }
    return all;
  }

  @Test
  void theSvgHasTheSameMarksAndWords()
      throws IOException, SAXException, ParserConfigurationException {
    Document svg = parsed(two());
    assertThat(elements(svg, "title").getFirst().getTextContent()).isEqualTo("Losses of <a> & b");
    String[] line = elements(svg, "polyline").getFirst().getAttribute("points").split(" ", -1);
    assertThat(line).hasSize(3);
    List<Double> heights = new ArrayList<>();
    for (String point : line) {
      heights.add(Double.parseDouble(point.split(",", -1)[1]));
    }
    assertThat(heights).isSorted();
    assertThat(elements(svg, "text").stream().map(Element::getTextContent))
        .contains("step", "loss", "a", "b", "0", "3");
    assertThat(elements(svg, "circle").stream().map(Element::getTextContent))
        .as("what is shown on hover; those of the legend have nothing")
        .containsExactlyInAnyOrder("", "", "b: 10, 2");
  }

  @Test
  void itIsSaved(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("losses.svg");
    assertThat(two().save(file.toString())).isEqualTo(two());
    assertThat(file).content().isEqualTo(two().svg());
    assertThat(Files.readString(file)).startsWith("<svg ").endsWith("</svg>\n");
  }

  @Test
  void nothingAndWhatIsNoNumberIsNotDrawn()
      throws IOException, SAXException, ParserConfigurationException {
    Plot none = empty().line("a", List.of(1.0, Double.NaN), List.of(Double.POSITIVE_INFINITY, 1.0));
    assertThat(none.toString()).contains("0 +\n").doesNotContain("*\n");
    assertThat(elements(parsed(none), "polyline").getFirst().getAttribute("points")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "0, 0",
    "-3, -1",
    "1e-12, 2e-12",
    "1e12, 3e12",
    "0.1, 0.3",
    "999999, 1000001",
    "1, 1.0000000000000002",
    "-1e300, 1e300",
    "4.9e-324, 4.9e-324"
  })
  void anyTwoValuesHaveAPlaceBetweenRoundNumbers(double low, double high) {
    PlotAxis axis =
        PlotAxis.of(empty().points("a", List.of(low, high), List.of(0.0, 1.0)), Plot.Point::x);
    assertThat(axis.place(low)).isBetween(0.0, 1.0);
    assertThat(axis.place(high)).isBetween(axis.place(low), 1.0 + 1e-9);
    assertThat(axis.ticks()).hasSizeBetween(2, 8).isSorted();
    assertThat(empty().points("a", List.of(low, high), List.of(low, high)).toString())
        .contains("*");
  }

  @Test
  void plotsAreCompared() {
    Plot both = two().and(two());
    assertThat(both.series()).hasSize(4);
    assertThat(both.title()).isEqualTo(two().title());
  }
}
