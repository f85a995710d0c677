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

/**
 * A query over one Parquet file in DuckDB, which streams it and holds only a few row groups in
 * memory. The database can read only this file; it cannot load or download extensions or spill to
 * disk.
 */
final class ParquetQuery implements Closeable {

  private static final String SOURCE = "read_parquet(?, hive_partitioning = false)";
  private static final String INTEGERS = "(U?(TINYINT|SMALLINT|INTEGER|BIGINT))\\[\\d*\\]";

  /** A single thread keeps the order of the rows and limits buffering. */
  private static final Map<String, String> SETTINGS =
      Map.of("threads", "1", "jdbc_stream_results", "true");

  private final Path file;
  private final Connection connection;
  private final PreparedStatement statement;

  private ParquetQuery(Path file, Connection connection, PreparedStatement statement) {
    this.file = file;
    this.connection = connection;
    this.statement = statement;
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
      PreparedStatement statement = connection.prepareStatement(select(connection, file, path));
      statement.setString(1, path);
      return new ParquetQuery(file, connection, statement);
    } catch (SQLException failure) {
      PrivateDatabase.closeQuietly(connection);
      throw wrong(file.toString(), failure);
    } catch (InvalidInputException unfit) {
      PrivateDatabase.closeQuietly(connection);
      throw unfit;
    }
  }

  /** All rows as JSON text in the first column. */
  ResultSet rows() throws IOException {
    try {
      return statement.executeQuery();
    } catch (SQLException failure) {
      throw wrong(file.toString(), failure);
    }
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
        connection.prepareStatement("DESCRIBE SELECT * FROM " + SOURCE)) {
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
    return "SELECT CAST(to_json(struct_pack(%s)) AS VARCHAR) FROM %s"
        .formatted(
            found.stream()
                .map(name -> "%s := \"%s\"".formatted(name, name))
                .collect(Collectors.joining(", ")),
            SOURCE);
  }

  private static void requireType(Path file, String name, String type)
      throws InvalidInputException {
    String wanted =
        switch (name) {
          case "text", "task" -> type.equals("VARCHAR") ? "" : "strings";
          case "input_ids" -> type.matches(INTEGERS) ? "" : "lists of whole numbers";
          case "messages" ->
              type.startsWith("STRUCT(") && type.endsWith("[]") ? "" : "lists of structs";
          default -> type.endsWith("]") ? "" : "lists";
        };
    if (!wanted.isEmpty()) {
      throw new InvalidInputException(
          "%s: column \"%s\" holds %s; expected %s".formatted(file, name, type, wanted));
    }
  }

  /** Converts a database error to a message of one line. */
  static InvalidInputException wrong(String place, SQLException failure) {
    return new InvalidInputException("%s: %s".formatted(place, firstLine(failure)), failure);
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
      statement.close();
      connection.close();
    } catch (SQLException failure) {
      throw new IOException("cannot close DuckDB: " + firstLine(failure), failure);
    }
  }
}
