package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.progress.DurationText;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.ReportData.Fact;
import io.github.puzzle4j.search.report.TargetReport.Kind;
import io.github.puzzle4j.search.report.TargetReport.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The report as one self-contained page: no network, no other files. */
public final class HtmlReport {

  private final ReportData data;
  private final Markup page = new Markup();

  private HtmlReport(ReportData data) {
    this.data = data;
  }

  /**
   * The page.
   *
   * @throws IOException if the style sheet cannot be read from the class path
   */
  public static String of(ReportData data) throws IOException {
    return new HtmlReport(data).write();
  }

  private String write() throws IOException {
    page.raw("<!doctype html>\n").open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", data.title() + " - puzzle4j");
    page.open("style").raw(resource("report.css")).close("style").close("head").open("body");
    header();
    page.open("main");
    data.targets().forEach(this::target);
    scores();
    distillation();
    provenance();
    page.close("main");
    page.open("script").raw(resource("report.js")).close("script");
    return page.close("body").close("html").toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void header() {
    ReportData.Teacher teacher = data.teacher();
    page.open("header").element("p", "puzzle4j", "class", "brand").element("h1", data.title());
    page.element(
        "p",
        "Teacher %s: %s parameters, %d layers, hidden size %s, %d query and %d KV heads, %s FFN channels, %s bytes of KV cache per token."
            .formatted(
                teacher.name(),
                Numbers.count(teacher.parameters()),
                teacher.layers(),
                Numbers.grouped(teacher.hiddenSize()),
                teacher.queryHeads(),
                teacher.kvHeads(),
                Numbers.grouped(teacher.ffnChannels()),
                Numbers.grouped((double) teacher.kvBytesPerToken())));
    page.close("header");
  }

  private void target(TargetReport target) {
    page.open("section").element("h2", target.target());
    page.element(
        "p",
        "%s. Budget: %s. Costs: %s."
            .formatted(target.scenario(), target.budget(), target.costSource()),
        "class",
        "lead");
    highlights(target);
    servedSpeeds(target);
    resultTable(target);
    target.notes().forEach(note -> page.element("p", note, "class", "note"));
    page.element("h3", "Layers");
    page.element(
        "p",
        "Attention by KV heads, FFN by channels, as shares of the teacher's (pale). Dashed:"
            + " removed.",
        "class",
        "hint");
    page.open("div", "class", "pictures");
    for (Row row : target.rows()) {
      if (row.kind() != Kind.TEACHER && !row.repeats()) {
        picture(row);
      }
    }
    page.close("div").open("div", "class", "charts");
    chart("Trade-off", Plot.tradeOff(target, data.scoring()));
    chart("Predicted against measured", Plot.predictedAgainstMeasured(target, data.scoring()));
    page.close("div");
    legend(target);
    page.close("section");
  }

  private void highlights(TargetReport target) {
    Row teacher = target.rows().getFirst();
    page.open("dl", "class", "highlights");
    for (Row row : target.rows()) {
      if (row.kind() == Kind.CHILD) {
        highlight(
            "throughput",
            Numbers.fixed(row.tokensPerSecond() / teacher.tokensPerSecond(), 2) + "x",
            "predicted, of the teacher's");
        highlight(
            "memory",
            Numbers.percent((double) row.memoryBytes() / teacher.memoryBytes()),
            "of the teacher's, at batch " + row.batch());
        highlight("KL", Numbers.significant(row.measured().kl().mean()), "nats, before GKD");
      }
      if (row.kind() == Kind.CHILD_AFTER_GKD) {
        highlight(
            "KL after GKD", Numbers.significant(row.measured().kl().mean()), "nats, repaired");
      }
    }
    page.close("dl").element("p", "Solver: " + ProofText.of(target.proof()) + ".", "class", "hint");
    target
        .truth()
        .ifPresent(truth ->
            page.element(
                "p", "Rounds: " + TruthText.of(truth, data.scoring()) + ".", "class", "hint"));
  }

  private void servedSpeeds(TargetReport target) {
    target
        .served()
        .forEach(
            speed -> page.element("p", "Served: " + SpeedText.of(speed) + ".", "class", "hint"));
  }

  private void highlight(String name, String value, String explanation) {
    page.open("div").element("dt", name).element("dd", value);
    page.element("dd", explanation, "class", "hint").close("div");
  }

  private void resultTable(TargetReport target) {
    page.open("div", "class", "scroll").open("table", "class", "results");
    page.element("caption", "Results for " + target.target()).open("thead").open("tr");
    Stream.concat(
            ResultTable.headings(target).stream(), ResultTable.sizeHeadings().stream().skip(1))
        .forEach(name -> page.element("th", name, "scope", "col"));
    page.close("tr").close("thead").open("tbody");
    for (Row row : target.rows()) {
      page.open("tr", "class", Plot.colour(row.kind()));
      List<String> cells = ResultTable.cells(target, row);
      page.element("th", cells.getFirst(), "scope", "row");
      Stream.concat(cells.stream().skip(1), ResultTable.sizeCells(row).stream().skip(1))
          .forEach(this::number);
      page.close("tr");
    }
    page.close("tbody").close("table").close("div");
  }

  /** Standard errors are displayed smaller than their means. */
  private void number(String cell) {
    int margin = cell.indexOf(" ±");
    if (margin < 0) {
      page.element("td", cell);
    } else {
      page.open("td").text(cell.substring(0, margin));
      page.element("small", cell.substring(margin)).close("td");
    }
  }

  private void picture(Row row) {
    page.open("figure", "class", row.kind() == Kind.CHILD ? "main" : "other");
    page.open("figcaption", "class", Plot.colour(row.kind()))
        .element("b", row.label())
        .element("span", "%s tokens/s".formatted(Numbers.grouped(row.tokensPerSecond())))
        .close("figcaption");
    page.raw(LayerPicture.of(data.teacher(), row.replacements(), row.label()));
    page.close("figure");
  }

  private void chart(String title, String svg) {
    page.open("figure").element("figcaption", title).raw(svg).close("figure");
  }

  private void legend(TargetReport target) {
    page.open("ul", "class", "legend");
    page.element("li", "best choices (predicted)", "class", "line");
    for (Row row : target.rows()) {
      if (row.kind() != Kind.TEACHER) {
        page.element("li", row.label(), "class", Plot.colour(row.kind()));
      }
    }
    page.close("ul");
  }

  private void scores() {
    if (!data.scores().isEmpty()) {
      page.open("section").element("h2", "Scores");
      page.element(
          "p",
          "The teacher with one block replaced: a stronger colour means that the model needs"
              + " that block more.",
          "class",
          "lead");
      page.element("p", data.scoring().line() + ".", "class", "hint");
      page.open("div", "class", "scroll")
          .raw(HeatMap.ofScores(data.scores(), data.scoring()))
          .close("div");
      page.close("section");
    }
  }

  private void distillation() {
    if (!data.distillation().isEmpty()) {
      page.open("section").element("h2", "Distillation");
      page.element("p", "Each variant learns to imitate its own teacher block.", "class", "lead");
      page.open("div", "class", "charts");
      chart("By variant", DistillationChart.of(data.distillation()));
      page.close("div").open("details").element("summary", "Every layer and variant");
      page.open("div", "class", "scroll").raw(HeatMap.ofDistillation(data.distillation()));
      page.close("div").close("details").close("section");
    }
  }

  private void provenance() {
    page.open("section").element("h2", "Provenance");
    page.open("div", "class", "scroll").open("table", "class", "facts").open("tbody");
    for (Fact fact : data.facts()) {
      fact(fact.name(), fact.value());
    }
    for (StageTime stage : data.stages()) {
      fact("time: " + stage.stage(), DurationText.of(stage.duration()));
    }
    for (StageTime stage : data.estimated()) {
      Duration took = PlanEstimate.took(stage.stage(), data.stages());
      fact(
          "estimated before: " + stage.stage(),
          "%s, took %s".formatted(DurationText.of(stage.duration()), DurationText.of(took)));
    }
    page.close("tbody").close("table").close("div").close("section");
  }

  private void fact(String name, String value) {
    page.open("tr").element("th", name, "scope", "row").element("td", value).close("tr");
  }
}
