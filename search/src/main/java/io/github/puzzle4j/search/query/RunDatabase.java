package io.github.puzzle4j.search.query;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.PrivateDatabase;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.StoreLocation;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.SweepReport;
import io.github.puzzle4j.search.rows.RunTable;
import io.github.puzzle4j.search.rows.StoreRows;
import io.github.puzzle4j.search.run.RunDirectory;
import io.github.puzzle4j.search.run.RunRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The results of a run in an in-memory database, as {@link RunTable}s. Queries cannot read or write
 * files, but for one that an answer is written to.
 */
public final class RunDatabase implements AutoCloseable {

  private static final String ANSWER = "answer";

  /**
   * The answer to a query.
   *
   * @param columns their names
   * @param rows values of JDBC; null where there is none
   */
  public record Answer(List<String> columns, List<List<@Nullable Object>> rows) {

    public Answer {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /** A kind of file for answers. */
  private enum Format {
    PARQUET("(FORMAT parquet, USE_TMP_FILE false)"),
    CSV("(FORMAT csv, HEADER, USE_TMP_FILE false)");

    private final String options;

    Format(String options) {
      this.options = options;
    }

    static Format of(Path file) throws InvalidInputException {
      String name = file.toString();
      if (name.endsWith(".parquet")) {
        return PARQUET;
      }
      if (name.endsWith(".csv")) {
        return CSV;
      }
      throw new InvalidInputException(
          "%s: must end with .parquet or .csv, which is the format".formatted(file));
    }
  }

  private final Connection connection;
  private final Map<RunTable, Integer> sizes = new EnumMap<>(RunTable.class);

  private RunDatabase(Connection connection) {
    this.connection = connection;
  }

  /**
   * Reads what a run has, also while a search works in it.
   *
   * @param warnings receives a line for each damaged result
   * @throws InvalidInputException if there is no run, or if a file of it is damaged
   */
  @SuppressWarnings("MustBeClosedChecker") // the database that is returned closes it
  public static RunDatabase open(RunDirectory directory, Consumer<String> warnings)
      throws IOException {
    if (!Files.exists(directory.plan())) {
      throw new InvalidInputException(
          "%s: no run: there is no %s in it"
              .formatted(directory.root(), directory.plan().getFileName()));
    }
    Connection connection = PrivateDatabase.open(Map.of("threads", "2"));
    boolean opened = false;
    try {
      RunDatabase database = new RunDatabase(connection);
      database.fill(directory, warnings);
      opened = true;
      return database;
    } finally {
      if (!opened) {
        PrivateDatabase.closeQuietly(connection);
      }
    }
  }

  private void fill(RunDirectory directory, Consumer<String> warnings) throws IOException {
    Map<RunTable, DuckDBAppender> appenders = new EnumMap<>(RunTable.class);
    try {
      DuckDBConnection own = connection.unwrap(DuckDBConnection.class);
      for (RunTable table : RunTable.values()) {
        String columns =
            table.columns().stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement()) {
          statement.execute("CREATE TABLE %s (%s)".formatted(table.id(), columns));
        }
        appenders.put(table, own.createAppender("main", table.id()));
      }
      RunTable.Sink sink =
          (table, cells) -> {
            append(appenders.get(table), cells);
            sizes.merge(table, 1, Integer::sum);
          };
      new RunRows(directory, sink).write();
      Path store = store(directory);
      new StoreRows(new TaskStore(store, TaskVersions.current(), warnings), sink).write();
      for (DuckDBAppender appender : appenders.values()) {
        appender.close();
      }
    } catch (SQLException failure) {
      throw new IOException("cannot fill DuckDB: " + failure.getMessage(), failure);
    }
  }

  private static void append(@Nullable DuckDBAppender appender, Object... cells)
      throws IOException {
    if (appender == null) {
      throw new IllegalStateException("a table without an appender");
    }
    try {
      appender.beginRow();
      for (Object cell : cells) {
        switch (cell) {
          case String text -> appender.append(text);
          case Integer number -> appender.append(number.intValue());
          case Long number -> appender.append(number.longValue());
          case Boolean truth -> appender.append(truth.booleanValue());
          case Double number -> appender.append(number.doubleValue());
          default -> throw new IllegalArgumentException("a cell of " + cell.getClass());
        }
      }
      appender.endRow();
    } catch (SQLException failure) {
      throw new IOException("cannot fill DuckDB: " + failure.getMessage(), failure);
    }
  }

  /** That of the plan; of a sweep, that of its points, which have plans of their own. */
  private static Path store(RunDirectory directory) throws IOException {
    Optional<Path> plan = Optional.of(directory.plan());
    if (Files.exists(directory.sweep())) {
      plan =
          ReportFile.readSweep(directory.sweep()).points().stream()
              .map(SweepReport.Point::name)
              .map(name -> directory.point(name).plan())
              .filter(Files::exists)
              .findFirst();
    }
    if (plan.isEmpty()) {
      return directory.store();
    }
    return switch (PlanReader.read(plan.get()).store()) {
      case StoreLocation.InRun() -> directory.store();
      case StoreLocation.Folder(Path path) -> path;
    };
  }

  /** The numbers of rows. */
  public Map<RunTable, Integer> sizes() {
    Map<RunTable, Integer> all = new EnumMap<>(RunTable.class);
    for (RunTable table : RunTable.values()) {
      all.put(table, sizes.getOrDefault(table, 0));
    }
    return all;
  }

  /**
   * Answers a query; may be called once.
   *
   * @param file that the answer is written to as well, Parquet or CSV by its name
   * @throws InvalidInputException if it is no query of these tables, in one line
   */
  public Answer query(String sql, Optional<Path> file) throws IOException {
    Optional<Format> format =
        file.isPresent() ? Optional.of(Format.of(file.get())) : Optional.empty();
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-query");
        Statement statement = connection.createStatement()) {
      Path copy = folder.path().resolve(ANSWER);
      statement.execute("SET allowed_paths = [%s]".formatted(literal(copy)));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      answer(statement, sql);
      if (file.isPresent()) {
        statement.execute(
            "COPY %s TO %s %s".formatted(ANSWER, literal(copy), format.orElseThrow().options));
        AtomicFile.write(file.get(), stream -> Files.copy(copy, stream));
      }
      return read(statement);
    } catch (SQLException failure) {
      throw new IOException("DuckDB: " + failure.getMessage(), failure);
    }
  }

  private static String literal(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  private static void answer(Statement statement, String sql) throws InvalidInputException {
    try {
      statement.execute(
          "CREATE TEMPORARY TABLE %s AS (%n%s%n)"
              .formatted(ANSWER, sql.strip().replaceFirst(";$", "")));
    } catch (SQLException wrong) {
      String message =
          String.valueOf(wrong.getMessage())
              .lines()
              .filter(line -> !line.isBlank())
              .takeWhile(line -> !line.startsWith("LINE "))
              .collect(Collectors.joining("; "));
      throw new InvalidInputException(
          "the query: %s; 'puzzle4j query RUN' lists the tables and columns".formatted(message),
          wrong);
    }
  }

  private static Answer read(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT * FROM " + ANSWER)) {
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        columns.add(result.getMetaData().getColumnName(i));
      }
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
      return new Answer(columns, rows);
    }
  }

  @Override
  public void close() {
    PrivateDatabase.closeQuietly(connection);
  }
}
