package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.PrivateDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table file in an in-memory database, with all cells as text until validated. After loading, the
 * database cannot access files, the network or extensions.
 */
final class TableDatabase implements AutoCloseable {

  private static final Pattern CSV_LINE = Pattern.compile("CSV Error on Line: (\\d+)");
  private static final Pattern COLUMNS =
      Pattern.compile("Expected Number of Columns: \\d+( Found: \\d+)?");
  private static final Pattern COLUMN = Pattern.compile("Referenced column \"([^\"]+)\" not found");

  private static final String LOAD = "CREATE TABLE loaded AS SELECT * FROM ";
  private static final String PARQUET = "read_parquet(?, hive_partitioning = false)";
  private static final int MAGIC_BYTES = 4;

  private static final Map<String, String> SETTINGS = Map.of("threads", "2");

  private final Connection connection;
  private final String file;
  private final List<String> columns;

  private TableDatabase(Connection connection, String file, List<String> columns) {
    this.connection = connection;
    this.file = file;
    this.columns = columns;
  }

  /**
   * Loads a file, whose compression is detected from its first bytes.
   *
   * @throws InvalidInputException if it is not a table
   */
  @SuppressWarnings("MustBeClosedChecker") // the database that is returned closes it
  static TableDatabase load(Path file) throws IOException {
    if (file.toString().matches(".*[*?\\[{].*")) {
      throw new InvalidInputException(
          "%s: a table's path must not hold any of * ? [ {".formatted(file));
    }
    String reader = reader(file);
    Connection connection = PrivateDatabase.open(SETTINGS);
    try {
      return new TableDatabase(connection, file.toString(), loaded(connection, file, reader));
    } catch (SQLException failure) {
      PrivateDatabase.closeQuietly(connection);
      throw new InvalidInputException("%s: %s".formatted(file, unreadable(failure)), failure);
    }
  }

  private static String reader(Path file) throws IOException {
    byte[] magic;
    try (InputStream stream = Files.newInputStream(InputFile.require(file))) {
      magic = stream.readNBytes(MAGIC_BYTES);
    }
    if (magic.length == 0) {
      throw new InvalidInputException("%s: is empty".formatted(file));
    }
    if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
      Gzip.requireWhole(file);
      return csv(file, true);
    }
    if (magic.length == MAGIC_BYTES
        && magic[0] == 'P'
        && magic[1] == 'A'
        && magic[2] == 'R'
        && magic[3] == '1') {
      return PARQUET;
    }
    if (file.toString().endsWith(".parquet")) {
      throw new InvalidInputException("%s: is not a Parquet file".formatted(file));
    }
    return csv(file, false);
  }

  private static String csv(Path file, boolean packed) throws IOException {
    List<String> names = CsvHeader.of(file, packed);
    return "read_csv(?, auto_detect = false, header = true, delim = ',', quote = '\"', escape ="
        + " '\"',"
        + " hive_partitioning = false, compression = '%s', columns = {%s})"
            .formatted(
                packed ? "gzip" : "none",
                joined(names, index -> quoted(names.get(index)) + ": 'VARCHAR'"));
  }

  private static List<String> loaded(Connection connection, Path file, String reader)
      throws SQLException, IOException {
    try (PreparedStatement load = connection.prepareStatement(LOAD + reader)) {
      load.setString(1, file.toAbsolutePath().toString());
      load.execute();
    }
    List<String> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      try (ResultSet names =
          statement.executeQuery(
              "SELECT column_name FROM duckdb_columns() WHERE table_name = 'loaded'"
                  + " ORDER BY column_index")) {
        while (names.next()) {
          columns.add(names.getString(1));
        }
      }
      statement.execute(
          "CREATE TABLE cells AS SELECT %s FROM loaded"
              .formatted(joined(columns, index -> text(columns.get(index)))));
      statement.execute("DROP TABLE loaded");
    }
    return List.copyOf(columns);
  }

  private static String text(String column) {
    return "CAST(%s AS VARCHAR) AS %s".formatted(quoted(column), quoted(column));
  }

  private static String joined(List<String> columns, IntFunction<String> element) {
    return IntStream.range(0, columns.size()).mapToObj(element).collect(Collectors.joining(", "));
  }

  static String quoted(String column) {
    return '"' + column.replace("\"", "\"\"") + '"';
  }

  /** The file, for error messages. */
  String file() {
    return file;
  }

  /** In the order of the file. */
  List<String> columns() {
    return columns;
  }

  /** Callback for a row: its number, starting at 1, and its cells in the order of the columns. */
  @FunctionalInterface
  interface RowConsumer {
    void accept(long number, String[] cells) throws InvalidInputException;
  }

  /** Iterates over the rows that the filter accepts, in the order of the file. */
  void forEach(RowFilter filter, RowConsumer consumer) throws IOException {
    try (Statement statement = connection.createStatement()) {
      String condition = filter.isEmpty() ? "" : condition(statement, filter);
      String select = joined(columns, index -> "cells." + quoted(columns.get(index)));
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT cells.rowid, %s FROM cells%s ORDER BY cells.rowid"
                  .formatted(select.isEmpty() ? "NULL" : select, condition))) {
        String[] cells = new String[columns.size()];
        while (rows.next()) {
          for (int column = 0; column < cells.length; column++) {
            String cell = rows.getString(column + 2);
            cells[column] = cell == null ? "" : cell;
          }
          consumer.accept(rows.getLong(1) + 1, cells);
        }
      }
    } catch (SQLException failure) {
      throw new InvalidInputException("%s: %s".formatted(file, unreadable(failure)), failure);
    }
  }

  /** The condition, with numeric columns cast to numbers. */
  private String condition(Statement statement, RowFilter filter)
      throws SQLException, InvalidInputException {
    filter.check(connection);
    List<String> typed = new ArrayList<>();
    for (String column : columns) {
      typed.add("%s AS %s".formatted(typed(statement, column), quoted(column)));
    }
    statement.execute(
        "CREATE OR REPLACE VIEW typed AS SELECT rowid AS row_of_file, %s FROM cells"
            .formatted(String.join(", ", typed)));
    String condition = filter.expression();
    try (PreparedStatement probe =
        connection.prepareStatement("SELECT (%s\n) FROM typed".formatted(condition))) {
      if (!probe.getMetaData().getColumnTypeName(1).equals("BOOLEAN")) {
        throw new InvalidInputException(
            "%s: condition '%s': is neither true nor false".formatted(file, condition));
      }
      return " WHERE cells.rowid IN (SELECT row_of_file FROM typed WHERE (%s\n))"
          .formatted(condition);
    } catch (SQLException failure) {
      throw new InvalidInputException(
          "%s: condition '%s': %s".formatted(file, condition, senseless(failure)), failure);
    }
  }

  private static String typed(Statement statement, String column) throws SQLException {
    String name = quoted(column);
    for (String type : List.of("BIGINT", "DOUBLE")) {
      // A cast to integers rounds, so only text in the format of an integer is accepted.
      String fits =
          type.equals("BIGINT")
              ? "regexp_full_match(%s, '-?[0-9]{1,18}')".formatted(name)
              : "TRY_CAST(%s AS DOUBLE) IS NOT NULL".formatted(name);
      try (ResultSet result =
          statement.executeQuery(
              "SELECT bool_and(%s) FROM cells WHERE %s IS NOT NULL".formatted(fits, name))) {
        if (result.next() && result.getBoolean(1)) {
          return "CAST(%s AS %s)".formatted(name, type);
        }
      }
    }
    return name;
  }

  /** Why a file cannot be loaded: the database's own words give advice on its SQL. */
  private static String unreadable(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    Matcher line = CSV_LINE.matcher(message);
    if (!line.find()) {
      return "is damaged, or no table with a header";
    }
    Matcher columns = COLUMNS.matcher(message);
    return "line %s does not fit the header%s"
        .formatted(line.group(1), columns.find() ? ": " + columns.group() : "");
  }

  private static String senseless(SQLException failure) {
    Matcher column = COLUMN.matcher(String.valueOf(failure.getMessage()));
    return column.find()
        ? "there is no column '%s'".formatted(column.group(1))
        : "is no condition in SQL on the table's columns";
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException failure) {
      throw new IOException("cannot close DuckDB: " + failure.getMessage(), failure);
    }
  }
}
