package io.github.puzzle4j.search.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.report.SampleReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * The page in Chromium, if that is installed. Pictures are kept in {@code target/report-pictures}.
 */
class ReportInBrowserTest {

  private static final Path PICTURES = Path.of("target", "report-pictures");

  @TempDir(cleanup = CleanupMode.NEVER)
  static Path profile;

  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Browser.installed();
    assumeTrue(program.isPresent(), "no chromium on the PATH: pages are not drawn");
    Files.createDirectories(PICTURES);
    page = PICTURES.resolve("sample.html");
    Files.writeString(
        page,
        ReportPageTest.page("two", SampleReport.of(1, 8, "one"), SampleReport.of(2, 32, "two")));
    browser = new Browser(program.get(), profile);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  private static int number(String expression) throws Exception {
    return browser.evaluate(expression).intValue();
  }

  @ParameterizedTest
  @CsvSource({"1400, false", "1400, true", "400, false", "400, true"})
  void everyChartIsDrawnAndNothingIsWiderThanThePage(int width, boolean dark) throws Exception {
    browser.open(page, width, dark);
    browser.picture(PICTURES.resolve("%d-%s.png".formatted(width, dark ? "dark" : "light")));

    assertThat(browser.complaints()).isEmpty();
    assertThat(number("document.querySelectorAll('.canvas').length")).isGreaterThan(10);
    assertThat(
            number(
                "[...document.querySelectorAll('.canvas')].filter(one => one.querySelectorAll('svg path').length < 3).length"))
        .as("charts without marks")
        .isZero();
    assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    assertThat(number("document.querySelectorAll('.picture').length")).isPositive();
  }

  @Test
  void everyChartTellsWhatItShowsAndHasItsNumbersInATable() throws Exception {
    browser.open(page, 1400, false);
    browser.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))");
    browser.evaluate("new Promise(done => setTimeout(done, 100))");

    assertThat(
            number(
                "[...document.querySelectorAll('.canvas')].filter(one => one.getAttribute('role') !== 'img' || one.ariaLabel.length < 20).length"))
        .isZero();
    assertThat(
            number(
                "[...document.querySelectorAll('figure')].filter(one => !one.querySelector('table tbody tr td')).length"))
        .as("charts without a table")
        .isZero();
    assertThat(browser.evaluate("tsv(document.querySelector('#limits table'))").asString())
        .isEqualTo(
            """
            limit	bound	the child uses	binds
            throughput	at least 291,200 tokens/s per GPU	294,000 tokens/s per GPU	yes
            memory	at most 1.24 GiB	1.12 GiB	no\
            """);
  }

  @Test
  void anotherAxisMovesTheMarks() throws Exception {
    browser.open(page, 1400, false);
    String title =
        "document.querySelector('#tradeoff svg').textContent.includes('predicted memory (GiB)')";
    assertThat(browser.evaluate(title).booleanValue()).isFalse();

    browser.evaluate(
        "{ const select = document.querySelectorAll('#tradeoff select')[1]; select.selectedIndex = 1; select.dispatchEvent(new Event('change')); }");

    assertThat(browser.evaluate(title).booleanValue()).isTrue();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aBoxAroundMarksShowsTheLayersOfTheirModels() throws Exception {
    browser.open(page, 1400, false);
    browser.evaluate(
        "document.querySelector('#tradeoff .canvas').scrollIntoView({block: 'center'})");
    browser.evaluate(
        "shown.get(document.querySelector('#tradeoff .canvas')).chart.dispatchAction({type: 'takeGlobalCursor', key: 'brush', brushOption: {brushType: 'rect', brushMode: 'single'}})");
    JsonNode box =
        browser.evaluate(
            "(() => { const b = document.querySelector('#tradeoff .canvas').getBoundingClientRect(); return {x: b.x, y: b.y, w: b.width, h: b.height}; })()");
    double left = box.path("x").asDouble();
    double top = box.path("y").asDouble();
    browser.drag(
        left + 75,
        top + 62,
        left + box.path("w").asDouble() * 0.45,
        top + box.path("h").asDouble() - 52);
    browser.evaluate("new Promise(done => setTimeout(done, 300))");

    assertThat(browser.evaluate("state.chosen").size()).isPositive();
    assertThat(number("document.querySelectorAll('.picture').length"))
        .isEqualTo(Math.min(8, browser.evaluate("state.chosen").size()));
    assertThat(
            browser
                .evaluate("document.querySelector('.picture figcaption').firstChild.textContent")
                .asString())
        .startsWith("best");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theKeyboardReachesModelsAndSaysWhatTheyAre() throws Exception {
    browser.open(page, 1400, false);
    browser.evaluate("document.querySelector('#tradeoff .canvas').focus()");
    browser.press("ArrowRight");
    assertThat(browser.evaluate("document.getElementById('status').textContent").asString())
        .startsWith("best 1, ")
        .contains("predicted by the sum of scores");

    browser.press("Enter");

    assertThat(browser.evaluate("state.chosen.length").intValue()).isEqualTo(1);
    assertThat(number("document.querySelectorAll('.picture').length")).isEqualTo(1);
  }

  @Test
  void lossesOfOneTrainingOrOfAllOfALayerAreDrawn() throws Exception {
    browser.open(page, 1400, false);
    String drawn = "document.querySelector('#losses svg').textContent";
    assertThat(browser.evaluate(drawn).asString()).contains("loss of uptrain").contains("child");

    browser.evaluate(
        "{ const select = document.querySelector('#losses select'); select.selectedIndex = [...select.options].findIndex(one => one.text === 'variants of layer 3'); select.dispatchEvent(new Event('change')); }");

    assertThat(browser.evaluate(drawn).asString()).contains("normalised MSE");
    assertThat(
            number(
                "shown.get(document.querySelector('#losses .canvas')).chart.getOption().series.length"))
        .isEqualTo(10);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anotherTargetIsShownWhole() throws Exception {
    browser.open(page, 1400, false);
    browser.evaluate("document.querySelectorAll('#overview .link')[2].click()");

    assertThat(browser.evaluate("document.querySelector('#tradeoff h2').textContent").asString())
        .isEqualTo("two · h100-sxm, vllm");
    assertThat(browser.complaints()).isEmpty();
  }
}
