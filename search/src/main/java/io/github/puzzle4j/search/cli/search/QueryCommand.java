package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.query.RunDatabase;
import io.github.puzzle4j.search.report.TextTable;
import io.github.puzzle4j.search.rows.RunTable;
import io.github.puzzle4j.search.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions about the results of a run, in SQL. */
@Command(
    name = "query",
    description = "Answer a question about a run's results in SQL, or list their tables.")
public final class QueryCommand extends AnsweringCommand {

  private static final int MOST_LINES = 200;

  @Parameters(index = "0", paramLabel = "RUN", description = "Folder of the run.")
  private Path run;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SQL",
      description = "Such as \"select count(*) from scores\"; without it, the tables are listed.")
  private Optional<String> sql = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Also writes the whole answer, as Parquet or CSV by the end of its name.")
  private Optional<Path> out = Optional.empty();

  @Override
  protected Answer answer(Progress progress) throws IOException {
    try (RunDatabase database = RunDatabase.open(new RunDirectory(run), progress::warn)) {
      if (sql.isEmpty()) {
        return tables(database.sizes());
      }
      RunDatabase.Answer answer = database.query(sql.get(), out);
      return Answer.success(json(answer), text(answer));
    }
  }

  private static Answer tables(Map<RunTable, Integer> sizes) {
    ObjectNode json = Json.mapper().createObjectNode();
    TextTable text = new TextTable("table|rows");
    StringBuilder columns = new StringBuilder();
    sizes.forEach((table, rows) -> {
      ObjectNode node = json.withArray("tables").addObject();
      node.put("name", table.id()).put("rows", rows).put("is", table.description());
      ArrayNode names = node.putArray("columns");
      table.columns().forEach(column -> names.add(column.name()));
      text.row(table.id(), rows);
      columns.append(
          "%n%s (%s): %s"
              .formatted(
                  table.id(),
                  table.columns().stream()
                      .map(RunTable.Column::name)
                      .collect(Collectors.joining(", ")),
                  table.description()));
    });
    return Answer.success(json, text + System.lineSeparator() + columns);
  }

  private static ObjectNode json(RunDatabase.Answer answer) {
    ObjectNode json = Json.mapper().createObjectNode();
    answer.columns().forEach(json.putArray("columns")::add);
    ArrayNode rows = json.putArray("rows");
    for (List<@Nullable Object> row : answer.rows()) {
      ObjectNode node = rows.addObject();
      for (int i = 0; i < row.size(); i++) {
        Object cell = row.get(i);
        String column = answer.columns().get(i);
        if (cell instanceof Number || cell instanceof Boolean || cell == null) {
          node.putPOJO(column, cell);
        } else {
          node.put(column, cell.toString());
        }
      }
    }
    return json;
  }

  private String text(RunDatabase.Answer answer) {
    TextTable table = new TextTable(answer.columns());
    answer.rows().stream()
        .limit(MOST_LINES)
        .forEach(row -> table.add(row.stream().map(QueryCommand::shown).toList()));
    int more = answer.rows().size() - MOST_LINES;
    String written = out.map("%n%s is written."::formatted).orElse("");
    return more > 0
        ? "%s%n%d further rows; --json and --out have all.%s".formatted(table, more, written)
        : table + written;
  }

  private static String shown(@Nullable Object cell) {
    return cell == null ? "" : cell.toString();
  }
}
