package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.source.CorpusReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON Lines files as a whole. */
public final class JsonlCorpus {

  private JsonlCorpus() {}

  /**
   * Reads all rows of a file.
   *
   * @throws IOException if a line is not a valid row; the message names file and line
   */
  public static List<CorpusRow> read(Path file) throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    try (CorpusReader reader = CorpusReader.of(List.of(file))) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  /** Writes rows, one per line, such that {@link #read} returns equal rows. */
  public static void write(Path file, Iterable<CorpusRow> rows) throws IOException {
    AtomicFile.write(
        file,
        stream -> {
          for (CorpusRow row : rows) {
            writeLine(stream, node(row));
          }
        });
  }

  private static ObjectNode node(CorpusRow row) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (row) {
      case CorpusRow.Text(Document document) -> {
        node.put(RowParser.TEXT, document.text());
        describe(node, document.task(), document.answers());
      }
      case CorpusRow.Tokens(TokenSequence sequence) -> {
        ArrayNode ids = node.putArray(RowParser.INPUT_IDS);
        for (int id : sequence.ids()) {
          ids.add(id);
        }
        describe(node, sequence.segments().getFirst().task(), sequence.answers());
      }
      case CorpusRow.Chat(JsonNode messages, JsonNode tools, String task) -> {
        node.set(RowParser.MESSAGES, messages);
        node.set(RowParser.TOOLS, tools);
        node.put(RowParser.TASK, task);
      }
    }
    return node;
  }

  private static void describe(ObjectNode node, String task, List<Span> answers) {
    node.put(RowParser.TASK, task);
    ArrayNode ranges = node.putArray(RowParser.ANSWERS);
    answers.forEach(answer -> ranges.addArray().add(answer.start()).add(answer.end()));
  }

  private static void writeLine(OutputStream stream, ObjectNode node) throws IOException {
    stream.write(Json.mapper().writeValueAsString(node).getBytes(StandardCharsets.UTF_8));
    stream.write('\n');
  }
}
