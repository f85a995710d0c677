package io.github.puzzle4j.search.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.SampleReport;
import io.github.puzzle4j.search.rows.LossRows;
import io.github.puzzle4j.search.rows.ReportRows;
import io.github.puzzle4j.search.rows.RunTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is in the page; that it is drawn is tested by {@link ReportInBrowserTest}. */
class ReportPageTest {

  private static final int MOST_BYTES = 3_000_000;
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  static String page(String title, ReportData... reports) throws IOException {
    List<PageRun> runs = new ArrayList<>();
    for (ReportData report : reports) {
      PageRun run = new PageRun(report.title());
      run.add(RunTable.POINTS, "", "done", "");
      new ReportRows("", report, run).write();
      new LossRows("", SampleReport.losses(1, report), 40, run).write();
      runs.add(run);
    }
    return ReportPage.of(title, runs);
  }

  private static JsonNode data(String page) {
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    return Json.mapper().readTree(matcher.group(1));
  }

  /** The values of a column of a point. */
  private static List<String> column(JsonNode run, RunTable table, String name) {
    JsonNode node = run.path("tables").path(table.id());
    List<String> columns = new ArrayList<>();
    node.path("columns").forEach(column -> columns.add(column.asString()));
    JsonNode values = node.path("points").path("").path(columns.indexOf(name));
    List<String> found = new ArrayList<>();
    if (values.has("at")) {
      values
          .path("at")
          .forEach(at -> found.add(values.path("texts").path(at.intValue()).asString()));
    } else {
      values.forEach(value -> found.add(value.toString()));
    }
    return found;
  }

  @Test
  void thePageHasTheRowsOfTheTables() throws IOException {
    ReportData report = SampleReport.of(1, 8, "sample");
    JsonNode run = data(page("sample", report)).path("runs").path(0);

    assertThat(column(run, RunTable.MODELS, "model"))
        .hasSize(2 * report.targets().getFirst().rows().size())
        .contains("child after GKD", "uniform after training", "best sum");
    assertThat(column(run, RunTable.MODEL_LAYERS, "layer"))
        .hasSize(2 * 8 * (report.targets().getFirst().rows().size() + 21 + 12));
    assertThat(column(run, RunTable.LIMITS, "limit_name"))
        .containsExactly("throughput", "memory", "throughput", "memory");
    assertThat(column(run, RunTable.LIMITS, "binds"))
        .containsExactly("true", "false", "true", "false");
    assertThat(column(run, RunTable.LIMIT_GAINS, "gain"))
        .containsExactly("0.0", "0.0086", "0.0", "0.0086");
    assertThat(column(run, RunTable.ROUNDED_CHILDREN, "format"))
        .containsExactly("huggingface-fp8", "huggingface-fp8");
    assertThat(column(run, RunTable.ROUNDED_CHILDREN, "lm_loss_nats"))
        .containsExactly("2.46", "2.46");
    assertThat(column(run, RunTable.COMMANDS, "command"))
        .contains("puzzle4j search plan.yaml", "vllm serve 'a folder'");
    assertThat(column(run, RunTable.VARIANT_SCORES, "loss")).hasSize(80);
    assertThat(column(run, RunTable.LOSS_CURVES, "loss")).hasSize(80 * 30);
    assertThat(column(run, RunTable.CHILD_LOSS_CURVES, "stage"))
        .containsOnly("adapt", "uptrain")
        .hasSize(4 * 30);
  }

  @Test
  void severalRunsAreSideBySide() throws IOException {
    JsonNode runs =
        data(page("both", SampleReport.of(1, 8, "one"), SampleReport.of(2, 8, "two"))).path("runs");

    assertThat(runs).hasSize(2);
    assertThat(runs.path(1).path("name").asString()).isEqualTo("two");
  }

  @Test
  void pointsWithTheSameRowsShareThem() throws IOException {
    PageRun run = new PageRun("sweep");
    for (String point : List.of("a", "b")) {
      new ReportRows(point, SampleReport.of(1, 8, "sample"), run).write();
    }
    JsonNode points =
        data(ReportPage.of("sweep", List.of(run)))
            .path("runs")
            .path(0)
            .path("tables")
            .path(RunTable.VARIANT_SCORES.id())
            .path("points");

    assertThat(points.path("a").isArray()).isTrue();
    assertThat(points.path("b").asString()).isEqualTo("a");
  }

  @Test
  void thePageNeedsNothingElse() throws IOException {
    String page = page("sample", SampleReport.of(1, 8, "sample"));

    String library;
    try (InputStream stream =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream("echarts.min.js"))) {
      library = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(page).contains(library);
    assertThat(page.replace(library, ""))
        .doesNotContainPattern("\\bsrc=|@import|url\\(|fetch\\(|<link|https?:");
    assertThat(page).contains("Licensed to the Apache Software Foundation", "noscript");
  }

  @Test
  void alsoALargePageIsUnderThreeMegabytes() throws IOException {
    PageRun run = new PageRun("large");
    for (int point = 0; point < 24; point++) {
      new ReportRows("point " + point, SampleReport.of(point, 80, "large"), run).write();
    }
    for (int candidate = 0; candidate < 40_000; candidate++) {
      run.add(
          RunTable.CANDIDATE_COSTS, "point 0", "gpu", "L" + candidate, "bytes", 1e9 / candidate);
    }
    String page = ReportPage.of("large", List.of(run));

    assertThat(page.length()).isLessThan(MOST_BYTES);
    assertThat(data(page).path("left_out").toString()).contains("candidate_costs");
  }

  @Test
  void namesCannotBecomeMarkup() throws IOException {
    String name = "</script><script>alert('x')</script> & \"quotes\"";
    String page = page(name, SampleReport.of(1, 8, name));

    assertThat(page).doesNotContain("<script>alert");
    assertThat(data(page).path("runs").path(0).path("name").asString()).isEqualTo(name);
  }

  @Test
  void whatIsNoNumberIsEmpty() throws IOException {
    PageRun run = new PageRun("run");
    run.add(
        RunTable.FRONTIER, "", 0, "best 1", Double.NaN, Double.POSITIVE_INFINITY, 5L, 0.123456789);
    String page = ReportPage.of("run", List.of(run));

    assertThat(column(data(page).path("runs").path(0), RunTable.FRONTIER, "seconds_per_token"))
        .containsExactly("null");
    assertThat(column(data(page).path("runs").path(0), RunTable.FRONTIER, "predicted_loss"))
        .containsExactly("0.123457");
  }
}
