package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.RowParser;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the rows of an Arrow file, as a stream of messages (which {@code save_to_disk} of Hugging
 * Face's datasets writes) or as a file with a footer. One batch at a time is mapped into memory.
 */
final class ArrowReader implements RowSource {

  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int PADDED_MAGIC = 8;

  /** Length of the footer, and the magic again. */
  private static final int FOOTED_END = 10;

  private static final int CONTINUATION = -1;
  private static final int MAX_METADATA = 1 << 26;
  private static final int MAX_COLUMNS = 10_000;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final boolean footed;
  private final List<ArrowColumn> schema;
  private final Set<Long> dictionaries = new HashSet<>();
  private Arena arena = Arena.ofConfined();
  private List<ArrowVector> columns = List.of();
  private long at;
  private long row;
  private long inBatch;
  private long batchLength;

  private ArrowReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    size = channel.size();
    ByteBuffer start = bytes(0, (int) Math.min(size, PADDED_MAGIC));
    footed = start.remaining() == PADDED_MAGIC && start.slice(0, 6).equals(ByteBuffer.wrap(MAGIC));
    if (footed) {
      at = PADDED_MAGIC;
      ByteBuffer end = bytes(Math.max(0, size - MAGIC.length), MAGIC.length);
      if (size < 2 * PADDED_MAGIC || !end.equals(ByteBuffer.wrap(MAGIC))) {
        throw corrupt("its end is missing");
      }
    }
    schema = schema();
  }

  /**
   * Opens a file and reads its schema.
   *
   * @throws InvalidInputException if it is not Arrow or has none of the columns
   */
  static ArrowReader open(Path file) throws IOException {
    FileChannel channel = Compression.openPlain(file);
    try {
      return new ArrowReader(file, channel);
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  @Override
  public Optional<JsonNode> next() throws IOException {
    while (inBatch == batchLength) {
      if (!nextBatch()) {
        return Optional.empty();
      }
    }
    row++;
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    try {
      for (ArrowVector column : columns) {
        node.set(column.column().name(), column.at(inBatch));
      }
    } catch (IndexOutOfBoundsException beyond) {
      throw new InvalidInputException(
          place() + ": is corrupt: a value lies beyond its batch", beyond);
    } catch (InvalidInputException known) {
      throw known;
    } catch (IOException broken) {
      throw new InvalidInputException("%s: %s".formatted(place(), broken.getMessage()), broken);
    }
    inBatch++;
    return Optional.of(ParquetReader.withoutNulls(node));
  }

  private List<ArrowColumn> schema() throws IOException {
    List<ArrowColumn> found = new ArrayList<>();
    long begun = at;
    try {
      Message message = message().orElseThrow(() -> corrupt("it has no schema"));
      if (!(message.headerType() == MessageHeader.Schema)
          || !(message.header(new Schema()) instanceof Schema header)
          || header.fieldsLength() > MAX_COLUMNS) {
        throw corrupt("it does not begin with a schema");
      }
      if (header.endianness() != Endianness.Little) {
        throw new InvalidInputException("%s: its numbers are big-endian".formatted(file));
      }
      for (int i = 0; i < header.fieldsLength(); i++) {
        found.add(ArrowColumn.of(header.fields(i), 0));
        collectDictionaries(header.fields(i), ArrowColumn.MAX_DEPTH);
      }
    } catch (RuntimeException malformed) {
      throw unreadable(begun, malformed);
    }
    List<String> names = found.stream().map(ArrowColumn::name).toList();
    if (List.of("text", "input_ids", "messages").stream().noneMatch(names::contains)) {
      throw new InvalidInputException(
          "%s: expected a column \"text\" or \"input_ids\" or \"messages\"; there are %s"
              .formatted(file, names));
    }
    for (ArrowColumn column : found) {
      if (RowParser.KEYS.contains(column.name()) && !column.fits()) {
        throw new InvalidInputException(
            "%s: column \"%s\" must hold %s, without a dictionary"
                .formatted(file, column.name(), RowParser.columnType(column.name())));
      }
    }
    return List.copyOf(found);
  }

  /** Maps the next batch; false at the end. */
  @SuppressWarnings("MustBeClosedChecker") // the next batch or the reader closes it
  private boolean nextBatch() throws IOException {
    arena.close();
    arena = Arena.ofConfined();
    columns = List.of();
    inBatch = 0;
    batchLength = 0;
    long begun = at;
    try {
      Optional<Message> message = message();
      if (message.isEmpty()) {
        return false;
      }
      long length = message.get().bodyLength();
      if (length < 0 || length > size - at) {
        throw corrupt("a batch reaches beyond its end");
      }
      MemorySegment body = channel.map(FileChannel.MapMode.READ_ONLY, at, length, arena);
      at += length;
      switch (message.get().headerType()) {
        case MessageHeader.RecordBatch -> load(message.get(), body);
        case MessageHeader.DictionaryBatch -> requireDictionary(message.get(), body);
        default -> throw corrupt("it holds something other than rows");
      }
    } catch (InvalidInputException known) {
      throw known;
    } catch (IOException | RuntimeException malformed) {
      throw unreadable(begun, malformed);
    }
    return true;
  }

  /** Dictionaries belong to columns that are not read; rows must not pass for one. */
  private void requireDictionary(Message message, MemorySegment body) throws IOException {
    if (!(message.header(new DictionaryBatch()) instanceof DictionaryBatch batch)
        || !dictionaries.contains(batch.id())
        || batch.data() == null) {
      throw corrupt("it holds an unknown dictionary");
    }
    ArrowBatch.requireWhole(batch.data(), body);
  }

  private void collectDictionaries(Field field, int depth) {
    if (field.dictionary() != null) {
      dictionaries.add(field.dictionary().id());
    }
    for (int i = 0; depth > 0 && i < field.childrenLength(); i++) {
      collectDictionaries(field.children(i), depth - 1);
    }
  }

  private void load(Message message, MemorySegment body) throws IOException {
    if (!(message.header(new RecordBatch()) instanceof RecordBatch batch)) {
      throw corrupt("a batch is empty");
    }
    columns = ArrowBatch.columns(schema, RowParser.KEYS, batch, body);
    batchLength = batch.length();
  }

  /** The next message, whose body follows at the current position; empty at the end. */
  private Optional<Message> message() throws IOException {
    int length = number();
    if (length == CONTINUATION) {
      length = number();
    }
    if (length == 0) {
      long footer = footed ? FOOTED_END + footerLength() : 0;
      if (size - at != footer) {
        throw corrupt("%d bytes follow its end, not %d".formatted(size - at, footer));
      }
      return Optional.empty();
    }
    if (length < 0 || length > MAX_METADATA || length > size - at) {
      throw corrupt("a message has %d bytes".formatted(length));
    }
    ByteBuffer metadata = bytes(at, length);
    at += length;
    return Optional.of(Message.getRootAsMessage(metadata));
  }

  private long footerLength() throws IOException {
    return bytes(size - FOOTED_END, Integer.BYTES).getInt();
  }

  private int number() throws IOException {
    if (size - at < Integer.BYTES) {
      throw corrupt("the mark of its end is missing");
    }
    int number = bytes(at, Integer.BYTES).getInt();
    at += Integer.BYTES;
    return number;
  }

  private ByteBuffer bytes(long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
    return bytes.flip();
  }

  private InvalidInputException corrupt(String problem) {
    return new InvalidInputException(
        "%s: is corrupt, truncated or not Arrow, at byte %d: %s".formatted(file, at, problem));
  }

  /** The accessors of messages check nothing, and fail in many ways. */
  private InvalidInputException unreadable(long begun, Exception failure) {
    return new InvalidInputException(
        "%s: is corrupt, truncated or not Arrow: the message at byte %d cannot be read"
            .formatted(file, begun),
        failure);
  }

  @Override
  public String place() {
    return "%s, row %d".formatted(file, row);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    channel.close();
  }
}
