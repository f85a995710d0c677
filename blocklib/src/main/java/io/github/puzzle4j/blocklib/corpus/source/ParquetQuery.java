package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.PrivateDatabase;
import io.github.puzzle4j.blocklib.corpus.RowParser;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query over one Parquet file in DuckDB, which streams it and holds only a few row groups in
 * memory. It handles 2,048 rows at once: where these are too large for its memory, each query asks
 * for fewer. The database can read only this file; it cannot load or download extensions or spill
 * to disk.
 */
final class ParquetQuery implements Closeable {

  private static final String SOURCE =
      "read_parquet(?, hive_partitioning = false, file_row_number = true)";

  /** Rows of a query once all of them have not fit memory; less than a vector of DuckDB. */
  private static final long FIRST_WINDOW = 1L << 10;

  private static final String INTEGERS = "(U?(TINYINT|SMALLINT|INTEGER|BIGINT))\\[\\d*\\]";

  /** A single thread keeps the order of the rows and limits buffering. */
  private static final Map<String, String> SETTINGS =
      Map.of("threads", "1", "jdbc_stream_results", "true");

  private final Path file;
  private final Connection connection;
  private final String select;
  private @Nullable PreparedStatement statement;
  private long window = Long.MAX_VALUE;

  private ParquetQuery(Path file, Connection connection, String select) {
    this.file = file;
    this.connection = connection;
    this.select = select;
  }

  /**
   * Opens a file and reads its schema.
   *
   * @throws InvalidInputException if it cannot be read or has no columns of the right types
   */
  @SuppressWarnings("MustBeClosedChecker") // the query that is returned closes it
  static ParquetQuery open(Path file) throws IOException {
    if (file.toString().matches("(?s).*[*?\\[{].*")) {
      throw new InvalidInputException(
          "%s: the path of a Parquet file must not hold any of * ? [ {".formatted(file));
    }
    Connection connection = PrivateDatabase.open(SETTINGS);
    try {
      String path = file.toAbsolutePath().toString();
      restrict(connection, path);
      return new ParquetQuery(file, connection, select(connection, file, path));
    } catch (SQLException failure) {
      PrivateDatabase.closeQuietly(connection);
      throw wrong(file.toString(), failure);
    } catch (InvalidInputException unfit) {
      PrivateDatabase.closeQuietly(connection);
      throw unfit;
    }
  }

  /**
   * Rows as JSON text in the first column: all from this one on, or as many as a window has.
   *
   * @param from index of the first row
   */
  ResultSet rows(long from) throws IOException {
    try {
      // A failure has closed the statement.
      statement = connection.prepareStatement(select);
      statement.setString(1, file.toAbsolutePath().toString());
      statement.setLong(2, from);
      statement.setLong(3, window == Long.MAX_VALUE ? window : from + window);
      return statement.executeQuery();
    } catch (SQLException failure) {
      if (narrow(failure)) {
        return rows(from);
      }
      throw wrong(file.toString(), failure);
    }
  }

  /** Whether rows may follow those of a result. */
  boolean isWindowed() {
    return window < Long.MAX_VALUE;
  }

  /** Asks for fewer rows at once, if the failure is lack of memory and there is more than one. */
  boolean narrow(SQLException failure) {
    if (window == 1 || !lacksMemory(failure)) {
      return false;
    }
    window = Math.min(FIRST_WINDOW, window / 4);
    return true;
  }

  /** The second message is what a lack of memory for the first rows becomes. */
  private static boolean lacksMemory(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("Out of Memory") || message.contains("Invalid result set");
  }

  private static void restrict(Connection connection, String path) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET allowed_paths = ['%s']".formatted(path.replace("'", "''")));
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
    }
  }

  private static String select(Connection connection, Path file, String path)
      throws SQLException, InvalidInputException {
    List<String> found = new ArrayList<>();
    List<String> all = new ArrayList<>();
    try (PreparedStatement describe =
        connection.prepareStatement("DESCRIBE SELECT * EXCLUDE (file_row_number) FROM " + SOURCE)) {
      describe.setString(1, path);
      try (ResultSet columns = describe.executeQuery()) {
        while (columns.next()) {
          String name = columns.getString("column_name");
          all.add(name);
          if (RowParser.KEYS.contains(name)) {
            requireType(file, name, columns.getString("column_type"));
            found.add(name);
          }
        }
      }
    }
    if (found.stream().noneMatch(List.of("text", "input_ids", "messages")::contains)) {
      throw new InvalidInputException(
          "%s: expected a column \"text\" or \"input_ids\" or \"messages\"; there are %s"
              .formatted(file, all));
    }
    return "SELECT CAST(to_json(struct_pack(%s)) AS VARCHAR) FROM %s WHERE file_row_number >= ? AND file_row_number < ?"
        .formatted(
            found.stream()
                .map(name -> "%s := \"%s\"".formatted(name, name))
                .collect(Collectors.joining(", ")),
            SOURCE);
  }

  private static void requireType(Path file, String name, String type)
      throws InvalidInputException {
    boolean fits =
        switch (name) {
          case "text", "task" -> type.equals("VARCHAR") || type.equals("NULL");
          case "input_ids" -> type.matches(INTEGERS);
          case "messages" -> type.startsWith("STRUCT(") && type.endsWith("[]");
          default -> type.endsWith("]");
        };
    if (!fits) {
      throw new InvalidInputException(
          "%s: column \"%s\" holds %s; expected %s"
              .formatted(file, name, type, RowParser.columnType(name)));
    }
  }

  /** Converts a database error to a message of one line. */
  static InvalidInputException wrong(String place, SQLException failure) {
    String reason =
        lacksMemory(failure)
            ? "a page of it does not fit the memory for reading, 2 GB: write it with smaller pages,"
                + " such as by write_batch_size=16 of pyarrow"
            : firstLine(failure);
    return new InvalidInputException("%s: %s".formatted(place, reason), failure);
  }

  private static String firstLine(SQLException failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^(java\\.sql\\.SQLException: )?[A-Z][A-Za-z -]* Error: ", "");
  }

  @Override
  public void close() throws IOException {
    try {
      if (statement != null) {
        statement.close();
      }
      connection.close();
    } catch (SQLException failure) {
      throw new IOException("cannot close DuckDB: " + firstLine(failure), failure);
    }
  }
}
