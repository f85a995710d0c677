package io.github.puzzle4j.search.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class HtmlReportTest {

  /** Kept to be looked at. */
  private static final Path FOLDER = Path.of("target", "sample-reports");

  /** The page is written so that it is XML too: a stray or unescaped character fails here. */
  private static Document parse(String page)
      throws ParserConfigurationException, IOException, SAXException {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(
            new ByteArrayInputStream(
                page.replace("<!doctype html>", "").getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "32, 2", "80, 3"})
  void everyLayerIsInThePictureOfEveryModel(int layers, long seed)
      throws IOException, ParserConfigurationException, SAXException {
    String page = HtmlReport.of(SampleReport.of(seed, layers, "sample of " + layers));
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("report-%d.html".formatted(layers)), page);

    NodeList pictures = parse(page).getElementsByTagName("svg");
    int seen = 0;
    for (int index = 0; index < pictures.getLength(); index++) {
      Element picture = (Element) pictures.item(index);
      if (picture.getAttribute("class").equals("layers")) {
        seen++;
        assertThat(picture.getElementsByTagName("g").getLength()).isEqualTo(layers);
      }
    }
    assertThat(seen).isEqualTo(2 * 6);
  }

  @Test
  void thePageNeedsNothingElse() throws IOException {
    assertThat(HtmlReport.of(SampleReport.of(1, 8, "sample")))
        .doesNotContainPattern("https?:|//[a-z]+\\.|src=|href=|@import|url\\(");
  }

  @Test
  void everyChartTellsItsTitleToThoseWhoCannotSeeIt()
      throws IOException, ParserConfigurationException, SAXException {
    NodeList charts =
        parse(HtmlReport.of(SampleReport.of(1, 8, "sample"))).getElementsByTagName("svg");

    assertThat(charts.getLength()).isPositive();
    for (int index = 0; index < charts.getLength(); index++) {
      Element chart = (Element) charts.item(index);
      assertThat(chart.getAttribute("role")).isEqualTo("img");
      assertThat(chart.getElementsByTagName("title").item(0).getTextContent()).isNotBlank();
    }
  }

  @Test
  void namesCannotBecomeMarkup() throws IOException, ParserConfigurationException, SAXException {
    String name = "<script>alert('x')</script> & \"quotes\"";
    String page = HtmlReport.of(SampleReport.of(1, 8, name));

    assertThat(parse(page).getElementsByTagName("h1").item(0).getTextContent()).isEqualTo(name);
    assertThat(parse(page).getElementsByTagName("script").getLength()).isEqualTo(1);
  }

  @Test
  void coordinatesAreNumbers() throws IOException {
    assertThat(HtmlReport.of(SampleReport.of(1, 8, "sample"))).doesNotContain("NaN", "Infinity");
  }
}
