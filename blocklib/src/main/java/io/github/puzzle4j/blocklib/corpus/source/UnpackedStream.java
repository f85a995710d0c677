package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The content of a packed file; errors name the file and about where in it they are. */
final class UnpackedStream extends InputStream {

  /** Makes a stream of content from a stream of packed bytes. */
  interface Unpacking {
    InputStream of(InputStream packed) throws IOException;
  }

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Counted counted;
  private final InputStream content;

  /**
   * Closes the packed stream if it cannot be unpacked.
   *
   * @throws InvalidInputException if it does not begin as it should
   */
  UnpackedStream(Path file, InputStream packed, Unpacking unpacking) throws IOException {
    this.file = file;
    counted = new Counted(packed);
    try {
      content = unpacking.of(new BufferedInputStream(counted, BUFFER_BYTES));
    } catch (IOException broken) {
      packed.close();
      throw corrupt(broken);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return content.read(bytes, offset, length);
    } catch (IOException broken) {
      throw corrupt(broken);
    }
  }

  private InvalidInputException corrupt(IOException broken) {
    String reason = broken.getMessage();
    return new InvalidInputException(
        "%s: is corrupt or truncated at or before byte %d: %s"
            .formatted(
                file,
                counted.bytes,
                counted.bytes == 0
                    ? "it is empty"
                    : reason == null ? "it ends too early" : reason.lines().findFirst().orElse("")),
        broken);
  }

  @Override
  public void close() throws IOException {
    content.close();
  }

  private static final class Counted extends FilterInputStream {

    private long bytes;

    Counted(InputStream stream) {
      super(stream);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      bytes += Math.max(0, count);
      return count;
    }
  }
}
