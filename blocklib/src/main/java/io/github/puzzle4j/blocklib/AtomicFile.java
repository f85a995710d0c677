package io.github.puzzle4j.blocklib;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files atomically: to a temporary file in the same folder, synced, then renamed. If the
 * process is killed, the target is complete or unchanged.
 */
public final class AtomicFile {

  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicFile() {}

  /** Takes a value and may fail while doing so. */
  @FunctionalInterface
  public interface IOConsumer<T> {
    void accept(T value) throws IOException;
  }

  /**
   * Replaces {@code target} by what {@code content} writes; creates its folder if need be.
   *
   * @throws IOException if writing fails; {@code target} is then unchanged
   */
  public static void write(Path target, IOConsumer<OutputStream> content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IOException("%s is not a file name".formatted(target));
    }
    Files.createDirectories(folder);
    Path temporary = folder.resolve(".%s.%s.tmp".formatted(name, UUID.randomUUID()));
    try {
      writeAndSync(temporary, content);
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(folder);
  }

  /**
   * Replaces {@code target} by this text in UTF-8.
   *
   * @throws IOException if writing fails; {@code target} is then unchanged
   */
  public static void writeString(Path target, String text) throws IOException {
    write(target, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void writeAndSync(Path file, IOConsumer<OutputStream> content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream stream = new BufferedOutputStream(new WholeWrites(channel), BUFFER_BYTES);
      content.accept(stream);
      stream.flush();
      channel.force(true);
    }
  }

  /** Makes the rename itself durable, where the system lets a folder be opened. */
  private static void syncFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Passes large writes to the system whole; the JDK's streams split them. The page cache then
   * keeps large pieces, which are faster to map and unmap.
   */
  private static final class WholeWrites extends OutputStream {

    private final FileChannel channel;

    WholeWrites(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }
}
