package io.github.puzzle4j.blocklib.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  /** A key with true or false. */
  public GgufBytes put(String key, boolean value) {
    text(key).int32(7);
    bytes.write(value ? 1 : 0);
    return this;
  }

  /** A key with a number in single precision. */
  public GgufBytes put(String key, float value) {
    return text(key).int32(6).int32(Float.floatToIntBits(value));
  }

  /** A key with texts. */
  public GgufBytes putTexts(String key, List<String> values) {
    text(key).int32(9).int32(8).int64(values.size());
    values.forEach(this::text);
    return this;
  }

  /** A key with signed numbers. */
  public GgufBytes putIntegers(String key, List<Integer> values) {
    text(key).int32(9).int32(5).int64(values.size());
    values.forEach(this::int32);
    return this;
  }

  /** A key with numbers in single precision. */
  public GgufBytes putFloats(String key, List<Float> values) {
    text(key).int32(9).int32(6).int64(values.size());
    values.forEach(value -> int32(Float.floatToIntBits(value)));
    return this;
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

  public GgufBytes append(GgufBytes more) {
    bytes.writeBytes(more.bytes.toByteArray());
    return this;
  }

  public Path write(Path file) throws IOException {
    return Files.write(file, bytes.toByteArray());
  }
}
