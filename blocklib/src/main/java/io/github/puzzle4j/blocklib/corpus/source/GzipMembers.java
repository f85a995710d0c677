package io.github.puzzle4j.blocklib.corpus.source;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The content of all members of a gzip file. As for {@code gzip}, zeros may follow the last member;
 * anything else is an error. The JDK's stream takes a member with a damaged header for the end.
 */
final class GzipMembers extends InputStream {

  private final InputStream packed;
  private GzipCompressorInputStream member;
  private int number = 1;

  /**
   * @param packed supports marks, so that a member gives back what it has read too much
   */
  GzipMembers(InputStream packed) throws IOException {
    this.packed = packed;
    member = new GzipCompressorInputStream(packed, false);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = member.read(bytes, offset, length);
    while (count < 0 && openNext()) {
      count = member.read(bytes, offset, length);
    }
    return count;
  }

  private boolean openNext() throws IOException {
    packed.mark(1);
    int first = packed.read();
    if (first > 0) {
      packed.reset();
      number++;
      try {
        member = new GzipCompressorInputStream(packed, false);
      } catch (IOException unknown) {
        throw new IOException(
            "what follows part %d is no gzip: %s".formatted(number - 1, unknown.getMessage()),
            unknown);
      }
      return true;
    }
    while (first == 0) {
      first = packed.read();
    }
    if (first > 0) {
      throw new IOException("data follow the zeros after part %d".formatted(number));
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }
}
