package io.github.puzzle4j.blocklib;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes files atomically: to a temporary file in the same folder, synced, then renamed. If the
 * process is killed, the target is complete or unchanged.
 */
public final class AtomicFile {

  private static final int BUFFER_BYTES = 1 << 16;

  private static final Pattern TEMPORARY =
      Pattern.compile("\\..+\\.\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\.tmp");

  private AtomicFile() {}

  /** Takes a value and may fail while doing so. */
  @FunctionalInterface
  public interface IOConsumer<T> {
    void accept(T value) throws IOException;
  }

  /** Opens or writes a file. */
  @FunctionalInterface
  public interface IOAction<T> {
    T run() throws IOException;
  }

  /**
   * Replaces {@code target} by what {@code content} writes; creates its folder if need be.
   *
   * @throws FileSystemException if the disk is full, naming {@code target}, which is then unchanged
   * @throws IOException if writing fails; {@code target} is then unchanged
   */
  public static void write(Path target, IOConsumer<OutputStream> content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IOException("%s is not a file name".formatted(target));
    }
    named(target, () -> Files.createDirectories(folder));
    Path temporary = folder.resolve(".%s.%s.tmp".formatted(name, UUID.randomUUID()));
    try {
      writeAndSync(target, temporary, content);
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

  /** Deletes what killed writers of a file left beside it; none of them may be at work. */
  public static void removeLeftovers(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    String start = ".%s.".formatted(target.getFileName());
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder,
            file -> isTemporary(file) && String.valueOf(file.getFileName()).startsWith(start))) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Whether a file is one that {@link #write} has begun; it may be of a process that runs. */
  public static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
  }

  /**
   * Runs a write; where the system refuses it, such as on a full disk, the message names the file
   * and says how to go on.
   */
  public static <T> T named(Path file, IOAction<T> write) throws IOException {
    try {
      return write.run();
    } catch (FileSystemException failed) {
      String reason = failed.getReason();
      if (reason == null) {
        throw failed;
      }
      throw refused(file, reason, failed);
    } catch (IOException failed) {
      // The system's messages come in this very class; others are from whoever gives the contents.
      if (failed.getClass() != IOException.class || failed.getMessage() == null) {
        throw failed;
      }
      throw refused(file, failed.getMessage(), failed);
    }
  }

  private static FileSystemException refused(Path file, String reason, IOException cause) {
    FileSystemException refused =
        new FileSystemException(
            file.toString(),
            null,
            "cannot be written, %s; when that is mended, run the same command again: what is finished is kept"
                .formatted(reason));
    refused.initCause(cause);
    return refused;
  }

  private static void writeAndSync(Path target, Path temporary, IOConsumer<OutputStream> content)
      throws IOException {
    try (FileChannel channel =
            named(
                target,
                () ->
                    FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        EarlySync early = new EarlySync(() -> channel.force(false), EarlySync.PIECE_BYTES)) {
      OutputStream stream =
          new BufferedOutputStream(new WholeWrites(target, channel, early), BUFFER_BYTES);
      content.accept(stream);
      stream.flush();
      named(
          target,
          () -> {
            early.await();
            channel.force(true);
            return channel;
          });
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

    private final Path target;
    private final FileChannel channel;
    private final EarlySync early;

    WholeWrites(Path target, FileChannel channel, EarlySync early) {
      this.target = target;
      this.channel = channel;
      this.early = early;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      while (rest.hasRemaining()) {
        named(target, () -> channel.write(rest));
      }
      named(
          target,
          () -> {
            early.written(length);
            return channel;
          });
    }
  }
}
