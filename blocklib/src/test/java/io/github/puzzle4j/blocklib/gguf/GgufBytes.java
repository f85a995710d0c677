package io.github.puzzle4j.blocklib.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A GGUF file byte by byte, right or wrong. */
public final class GgufBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Begins with the four letters, version 3 and these numbers. */
  public static GgufBytes of(long tensors, long keys) {
    return new GgufBytes().raw("GGUF").int32(3).int64(tensors).int64(keys);
  }

  public GgufBytes raw(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public GgufBytes int32(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  public GgufBytes int64(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  public GgufBytes text(String text) {
    return int64(text.getBytes(StandardCharsets.UTF_8).length).raw(text);
  }

  /** A key with a text. */
  public GgufBytes put(String key, String value) {
    return text(key).int32(8).text(value);
  }

  /** A key with a number of 32 bits. */
  public GgufBytes put(String key, int value) {
    return text(key).int32(4).int32(value);
  }

  /** A tensor by the numbers of its header, innermost dimension first. */
  public GgufBytes tensor(String name, int type, long offset, long... shape) {
    text(name).int32(shape.length);
    for (long size : shape) {
      int64(size);
    }
    return int32(type).int64(offset);
  }

  /** Zeros up to a multiple of 32, then so many more. */
  public GgufBytes data(int count) {
    bytes.writeBytes(new byte[Math.floorMod(-bytes.size(), 32) + count]);
    return this;
  }

  public Path write(Path file) throws IOException {
    return Files.write(file, bytes.toByteArray());
  }
}
