package io.github.puzzle4j.search.generate;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * JSON Lines of texts that grow beside their final name: what was written before a stop is kept,
 * and the same settings go on there.
 */
final class GeneratedCorpus implements AutoCloseable {

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private long rows;

  private GeneratedCorpus(Path file, Path part, FileChannel channel, long rows) {
    this.file = file;
    this.part = part;
    this.channel = channel;
    this.rows = rows;
  }

  /**
   * Opens what is there, without a line that was written in part.
   *
   * @param identity of everything that the texts depend on
   */
  static GeneratedCorpus open(Path file, String identity) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path part =
        absolute.resolveSibling(
            "%s.%s.part".formatted(absolute.getFileName(), Digests.of(identity).substring(0, 8)));
    FileChannel channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      byte[] bytes = Files.readAllBytes(part);
      long rows = 0;
      int end = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          rows++;
          end = i + 1;
        }
      }
      channel.truncate(end).position(end);
      opened = true;
      return new GeneratedCorpus(absolute, part, channel, rows);
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  /** Texts that are in it. */
  long rows() {
    return rows;
  }

  /** Appends texts, which are on the disk afterwards. */
  void add(List<String> texts) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String text : texts) {
      lines.append(Json.mapper().createObjectNode().put("text", text).toString()).append('\n');
    }
    ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
    rows += texts.size();
  }

  /** Gives it its final name. */
  void finish() throws IOException {
    channel.close();
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
