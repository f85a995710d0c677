package io.github.puzzle4j.search.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A native library of Linux in 64 bits, in the Executable and Linkable Format (ELF-64 Object File
 * Format, version 1.5).
 */
final class SharedLibrary {

  private static final int MAGIC = 0x7f454c46;
  private static final int HEADER_BYTES = 64;
  private static final int SEGMENTS_AT = 32;
  private static final int SECTIONS_AT = 40;
  private static final int SEGMENT_BYTES = 54;
  private static final int SEGMENT_COUNT = 56;
  private static final int SECTION_BYTES = 58;

  private SharedLibrary() {}

  /**
   * Removes what follows the segments that are loaded: names for debuggers, a sixth of the JVM's
   * library, and the list of sections, which programs that link it would read.
   */
  static void strip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer header = read(channel, 0, HEADER_BYTES);
      if (header.order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
        return;
      }
      header.order(ByteOrder.LITTLE_ENDIAN);
      int size = header.getShort(SEGMENT_BYTES);
      int count = header.getShort(SEGMENT_COUNT);
      ByteBuffer segments = read(channel, header.getLong(SEGMENTS_AT), size * count);
      long end = 0;
      for (int segment = 0; segment < count; segment++) {
        long offset = segments.getLong(segment * size + 8);
        end = Math.max(end, offset + segments.getLong(segment * size + 32));
      }
      // The sections' place, and the size, number and names of their list.
      header
          .putLong(SECTIONS_AT, 0)
          .putInt(SECTION_BYTES, 0)
          .putShort(SECTION_BYTES + 4, (short) 0);
      channel.write(header.rewind(), 0);
      channel.truncate(end);
      channel.force(true);
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("a native library ends within its header");
      }
    }
    return buffer.flip();
  }
}
