package io.github.puzzle4j.search.page;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.rows.RunTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The report as one self-contained page: no network, no other files. It has the rows of the runs,
 * the charting library and a script that draws the rows.
 */
public final class ReportPage {

  private static final List<String> SCRIPTS =
      List.of("data.js", "charts.js", "models.js", "losses.js", "details.js", "report.js");

  /** Left out first if the page would become too large. */
  private static final List<RunTable> LARGE =
      List.of(
          RunTable.CANDIDATE_COSTS,
          RunTable.CANDIDATES,
          RunTable.TASKS,
          RunTable.CHILD_LOSS_CURVES,
          RunTable.LOSS_CURVES,
          RunTable.DISTILLATION,
          RunTable.VARIANT_SCORES,
          RunTable.MODEL_LAYERS);

  private static final int MOST_CHARACTERS = 1_700_000;

  private ReportPage() {}

  /**
   * The page of one or several runs.
   *
   * @throws IOException if a script cannot be read from the class path
   */
  public static String of(String title, List<PageRun> runs) throws IOException {
    StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n");
    page.append("<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<title>%s - puzzle4j</title>\n".formatted(escaped(title)))
        .append("<style>\n%s</style>\n</head>\n<body>\n".formatted(resource("report.css")))
        .append(
            "<header><p class=\"brand\">puzzle4j</p><h1>%s</h1></header>\n"
                .formatted(escaped(title)))
        .append(
            "<main id=\"report\"><noscript>The charts and tables of this page are made by a script; ")
        .append(
            "the same rows are in report.json and in <code>puzzle4j query</code>.</noscript></main>\n")
        .append("<p id=\"status\" role=\"status\" aria-live=\"polite\"></p>\n");
    page.append("<script type=\"application/json\" id=\"data\">")
        .append(data(runs))
        .append("</script>\n");
    page.append("<script>").append(resource("echarts.min.js")).append("</script>\n<script>\n");
    for (String script : SCRIPTS) {
      page.append(resource(script));
    }
    return page.append("</script>\n</body>\n</html>\n").toString();
  }

  /** Writes the page of one or several runs. */
  public static void write(Path file, String title, List<PageRun> runs) throws IOException {
    AtomicFile.writeString(file, of(title, runs));
  }

  /** As JSON that cannot end the element that it is in. */
  private static String data(List<PageRun> runs) {
    Set<RunTable> without = EnumSet.noneOf(RunTable.class);
    String json = json(runs, without);
    for (RunTable table : LARGE) {
      if (json.length() > MOST_CHARACTERS) {
        without.add(table);
        json = json(runs, without);
      }
    }
    return json.replace("<", "\\u003c");
  }

  private static String json(List<PageRun> runs, Set<RunTable> without) {
    ObjectNode root = Json.mapper().createObjectNode();
    ArrayNode all = root.putArray("runs");
    runs.forEach(run -> all.add(run.json(without)));
    ArrayNode left = root.putArray("left_out");
    without.forEach(table -> left.add(table.id()));
    return Json.mapper().writeValueAsString(root);
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
