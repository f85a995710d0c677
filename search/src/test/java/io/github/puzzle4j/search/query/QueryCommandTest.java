package io.github.puzzle4j.search.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.rows.RunTable;
import io.github.puzzle4j.search.run.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Queries of a finished run. The tables in {@code docs/tables.md} are those of {@link RunTable}.
 */
class QueryCommandTest {

  private static final Path PAGE = Path.of("..", "docs", "tables.md");

  /** A small search is not estimated, and nothing is served on another machine. */
  private static final List<String> NOT_HERE =
      List.of("served", "estimated_stages", "rounded_children");

  private static final String BEGIN = "<!-- tables by QueryCommandTest -->\n";
  private static final String END = "\n<!-- end of tables -->";

  @TempDir static Path folder;

  private static Path run;

  @BeforeAll
  static void search() throws IOException {
    SmallRun small = SmallRun.in(folder);
    run = small.run();
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            SmallRun.PLAN
                    .replace("TEACHER", small.teacher().toString())
                    .replace("rounds: 0", "rounds: 1")
                + "sweep: {targets.throughput: [1.02x, 500x]}\n");
    assertThat(CommandRun.of("search", plan, "--out", run).exitCode()).isEqualTo(3);
  }

  private static JsonNode rows(String sql) {
    CommandRun query = CommandRun.of("query", run, sql, "--json");
    assertThat(query.exitCode()).as(query.err()).isZero();
    return query.json().path("rows");
  }

  private static int number(String sql) {
    return rows(sql).get(0).path("n").asInt();
  }

  @Test
  void resultsAreRowsOfTables() {
    assertThat(number("select count(*) as n from scores where metric = 'kl'")).isEqualTo(16);
    assertThat(rows("select status, count(*) as n from points group by 1 order by 1").toString())
        .isEqualTo("[{\"status\":\"done\",\"n\":1},{\"status\":\"out_of_reach\",\"n\":1}]");
    assertThat(rows("from trainings where loss_after <= loss_before")).hasSize(8);
    JsonNode child =
        rows("""
        select value, model, kl_nats, loss
        from models join points using (point) join point_values using (point)
        where model = 'child';
        """)
            .get(0);
    assertThat(child.path("value").asString()).isEqualTo("1.02x");
    assertThat(child.path("kl_nats").asDouble())
        .isPositive()
        .isEqualTo(child.path("loss").asDouble());
    assertThat(number("select sum(computed) as n from tasks where kind = 'score'")).isEqualTo(16);
    assertThat(rows("select count(*) as n from candidates").toString())
        .isEqualTo(rows("select count(*) as n from variant_scores").toString());
  }

  @Test
  void limitsBindIfABetterChoiceExistsWithoutThem() {
    assertThat(
            rows("select limit_name, side, binds, used >= bound as more from limits order by 1")
                .toString())
        .isEqualTo(
            "[{\"limit_name\":\"memory\",\"side\":\"max\",\"binds\":false,\"more\":false},"
                + "{\"limit_name\":\"throughput\",\"side\":\"min\",\"binds\":true,\"more\":true}]");
    assertThat(
            number(
                "select count(*) as n from limit_gains g join targets t using (point,"
                    + " target_number) where gain < 0 or predicted_loss > objective + 1e-9"))
        .isZero();
    assertThat(
            number(
                "select count(*) as n from (select gain - lag(gain) over (partition by limit_name"
                    + " order by share) as step from limit_gains) where step < -1e-12"))
        .as("looser limits that buy less")
        .isZero();
  }

  @Test
  void lossesOfTrainingsAreRowsByStep() {
    assertThat(rows("select distinct layer, variant from loss_curves"))
        .as("one curve for each training with steps")
        .hasSize(number("select count(*) as n from trainings where steps > 0"));
    assertThat(
            number(
                "select count(*) as n from (select max(step) as steps, count(*) as points from"
                    + " loss_curves group by layer, variant) where steps <> points or steps <> 4"))
        .as("curves without a row for each step")
        .isZero();
    assertThat(rows("from child_loss_curves where stage = 'uptrain'")).isNotEmpty();
    assertThat(
            number("select count(*) as n from loss_curves where loss <= 0 or tokens % step <> 0"))
        .isZero();
  }

  @Test
  void everyModelHasItsLayers() {
    assertThat(
            number(
                "select count(*) as n from (select model from models union all select model from"
                    + " frontier union all select model from measured_children) anti join"
                    + " model_layers using (model)"))
        .isZero();
    assertThat(number("select count(*) as n from model_layers anti join variants using (variant)"))
        .isZero();
  }

  @Test
  void withoutAQueryTheTablesAreListed() {
    CommandRun tables = CommandRun.of("query", run);

    assertThat(tables.out()).contains("scores (task, layer, last_layer, variant");
    JsonNode json = CommandRun.of("query", run, "--json").json().path("tables");
    assertThat(json).hasSameSizeAs(List.of(RunTable.values()));
    for (JsonNode table : json) {
      String sql = "select count(*) as n from " + table.path("name").asString();
      assertThat(number(sql)).as(sql).isEqualTo(table.path("rows").asInt());
      if (!NOT_HERE.contains(table.path("name").asString())) {
        assertThat(number(sql)).as(sql).isPositive();
      }
    }
  }

  @Test
  void anAnswerIsWrittenAsCsvOrParquet() throws IOException {
    Path csv = folder.resolve("it's out/answer.csv");
    Path parquet = folder.resolve("answer.parquet");
    String sql = "select layer, variant from trainings order by all limit 2";

    assertThat(CommandRun.of("query", run, sql, "--out", csv).exitCode()).isZero();
    assertThat(CommandRun.of("query", run, sql, "--out", parquet).exitCode()).isZero();

    assertThat(csv).content().startsWith("layer,variant\n0,").hasLineCount(3);
    assertThat(Files.readAllBytes(parquet))
        .startsWith('P', 'A', 'R', '1')
        .endsWith('P', 'A', 'R', '1');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select kl from models|\"kl\" not found",
        "select * from score|does not exist",
        "drop table scores|syntax error",
        "select * from read_csv('plan.yaml')|disabled",
        "copy scores to 'x.csv'|syntax error",
        "selec 1|syntax error",
      })
  void aWrongQueryIsOneLine(String sql, String complaint) {
    CommandRun wrong = CommandRun.of("query", run, sql);

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err())
        .startsWith("puzzle4j: the query: ")
        .contains(complaint)
        .endsWith("'puzzle4j query RUN' lists the tables and columns\n")
        .hasLineCount(1);
  }

  @Test
  void whatIsNoRunOrNoFormatIsOneLine() {
    Path answer = folder.resolve("answer.txt");

    assertThat(CommandRun.of("query", folder.resolve("none"), "select 1"))
        .isEqualTo(
            CommandRun.refused(
                2, "%s: no run: there is no plan.yaml in it".formatted(folder.resolve("none"))));
    assertThat(CommandRun.of("query", run, "select 1", "--out", answer))
        .isEqualTo(
            CommandRun.refused(
                2, "%s: must end with .parquet or .csv, which is the format".formatted(answer)));
  }

  @Test
  void theDocsHaveTheTables() throws IOException {
    String text = Files.readString(PAGE);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (Boolean.getBoolean("puzzle4j.docs.update")) {
      Files.writeString(PAGE, text.substring(0, from) + RunTable.reference() + text.substring(to));
    } else {
      assertThat(text.substring(from, to)).isEqualTo(RunTable.reference());
    }
  }
}
