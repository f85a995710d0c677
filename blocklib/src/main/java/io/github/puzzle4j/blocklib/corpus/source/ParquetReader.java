package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the rows of a Parquet file; columns correspond to the keys of a JSON Lines row. In
 * messages, null fields are removed, since all structs of a column have the same fields.
 */
final class ParquetReader implements RowSource {

  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  /** Magic, footer, footer length, magic. */
  private static final int MIN_BYTES = 12;

  private final Path file;
  private final ParquetQuery query;
  private ResultSet rows;
  private long row;
  private long begun;

  private ParquetReader(Path file, ParquetQuery query, ResultSet rows) {
    this.file = file;
    this.query = query;
    this.rows = rows;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it is not Parquet or has none of the columns
   */
  static ParquetReader open(Path file) throws IOException {
    requireParquet(file);
    ParquetQuery query = ParquetQuery.open(file);
    try {
      return new ParquetReader(file, query, query.rows(0));
    } catch (IOException failure) {
      query.close();
      throw failure;
    }
  }

  private static void requireParquet(Path file) throws IOException {
    try (var channel = Compression.openPlain(file)) {
      java.nio.ByteBuffer magic = java.nio.ByteBuffer.allocate(MAGIC.length);
      while (magic.hasRemaining() && channel.read(magic) >= 0) {}
      if (channel.size() < MIN_BYTES || !magic.flip().equals(java.nio.ByteBuffer.wrap(MAGIC))) {
        throw new InvalidInputException("%s: is not a Parquet file".formatted(file));
      }
    }
  }

  @Override
  public Optional<JsonNode> next() throws IOException {
    Optional<String> json = json();
    if (json.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node;
    try {
      node = JsonRows.ROWS.readTree(json.get());
    } catch (JacksonException failure) {
      throw Json.failure(place(), failure);
    }
    return Optional.of(withoutNulls(node));
  }

  private Optional<String> json() throws IOException {
    row++;
    while (true) {
      try {
        if (rows.next()) {
          return Optional.of(rows.getString(1));
        }
        rows.close();
        if (!query.isWindowed() || row - 1 == begun) {
          return Optional.empty();
        }
      } catch (SQLException failure) {
        if (!query.narrow(failure)) {
          throw ParquetQuery.wrong(place(), failure);
        }
      }
      begun = row - 1;
      rows = query.rows(begun);
    }
  }

  /** Removes null fields of messages and tools. */
  static JsonNode withoutNulls(JsonNode row) {
    dropNulls(row.path("messages"));
    dropNulls(row.path("tools"));
    return row;
  }

  /**
   * Removes null fields. The parser limits the nesting depth of the schema, so recursion is safe.
   */
  private static void dropNulls(JsonNode node) {
    switch (node) {
      case ArrayNode array -> array.forEach(ParquetReader::dropNulls);
      case ObjectNode object -> {
        object.removeNulls();
        object.forEach(ParquetReader::dropNulls);
      }
      default -> {}
    }
  }

  @Override
  public String place() {
    return "%s, row %d".formatted(file, row);
  }

  @Override
  public void close() throws IOException {
    query.close();
  }
}
