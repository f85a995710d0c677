package io.github.puzzle4j.blocklib.corpus.source;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The content of all frames of a zstd file; skippable frames have none. The library's own stream
 * takes a file for whole that ends within the header of a frame other than the first.
 */
final class ZstdFrames extends InputStream {

  private static final int BUFFER_BYTES = 1 << 17;

  private final InputStream source;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final byte[] chunk = new byte[BUFFER_BYTES];
  private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private final ByteBuffer content = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private boolean whole;
  private boolean full;

  ZstdFrames(InputStream source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (!content.hasRemaining()) {
      if (!full && !packed.hasRemaining() && !fill()) {
        if (whole) {
          return -1;
        }
        throw new EOFException("it ends within a frame");
      }
      unpack();
    }
    int count = Math.min(length, content.remaining());
    content.get(bytes, offset, count);
    return count;
  }

  private void unpack() throws IOException {
    content.clear();
    try {
      whole = context.decompressDirectByteBufferStream(content, packed);
    } catch (ZstdException broken) {
      throw new IOException(broken.getMessage(), broken);
    }
    // More may wait inside of the library although no packed bytes are left.
    full = !content.hasRemaining() && !whole;
    content.flip();
  }

  private boolean fill() throws IOException {
    int count = source.read(chunk);
    packed.clear().put(chunk, 0, Math.max(0, count)).flip();
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    context.close();
    source.close();
  }
}
