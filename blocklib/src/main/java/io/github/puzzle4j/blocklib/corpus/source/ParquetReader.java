package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.RowParser;
import io.github.puzzle4j.blocklib.corpus.RowReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the rows of a Parquet file; columns correspond to the keys of a JSON Lines row. In
 * messages, null fields are removed, since all structs of a column have the same fields.
 */
final class ParquetReader implements RowReader {

  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  /** Magic, footer, footer length, magic. */
  private static final int MIN_BYTES = 12;

  private final Path file;
  private final ParquetQuery query;
  private final ResultSet rows;
  private long row;

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
      return new ParquetReader(file, query, query.rows());
    } catch (IOException failure) {
      query.close();
      throw failure;
    }
  }

  private static void requireParquet(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      java.nio.ByteBuffer magic = java.nio.ByteBuffer.allocate(MAGIC.length);
      while (magic.hasRemaining() && channel.read(magic) >= 0) {}
      if (channel.size() < MIN_BYTES || !magic.flip().equals(java.nio.ByteBuffer.wrap(MAGIC))) {
        throw new InvalidInputException("%s: is not a Parquet file".formatted(file));
      }
    } catch (NoSuchFileException missing) {
      throw new InvalidInputException("%s: no such file".formatted(file), missing);
    }
  }

  @Override
  public Optional<CorpusRow> next() throws IOException {
    row++;
    String json;
    try {
      if (!rows.next()) {
        return Optional.empty();
      }
      json = rows.getString(1);
    } catch (SQLException failure) {
      throw ParquetQuery.wrong(place(), failure);
    }
    JsonNode node = Json.parse(place(), json.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    dropNulls(node.path("messages"));
    dropNulls(node.path("tools"));
    return Optional.of(new RowParser(place()).row(node));
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
