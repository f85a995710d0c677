package io.github.puzzle4j.blocklib.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The tensors that a file's header lists, checked against each other. */
final class GgufTensorTable {

  private static final int LONGEST_NAME = 63;
  private static final int MOST_DIMENSIONS = 4;

  /** As in safetensors files: more than any real file has. */
  private static final int MOST_TENSORS = 200_000;

  private GgufTensorTable() {}

  static long count(GgufCursor cursor) throws InvalidInputException {
    return cursor.count("the number of tensors", 3L * Long.BYTES, MOST_TENSORS);
  }

  /**
   * Reads the list. Each tensor begins where the one before it ends, but for padding.
   *
   * @param alignment of each tensor, bytes
   */
  static SequencedMap<String, GgufTensor> read(GgufCursor cursor, long count, int alignment)
      throws InvalidInputException {
    SequencedMap<String, GgufTensor> tensors = new LinkedHashMap<>();
    long expected = 0;
    for (long i = 0; i < count; i++) {
      GgufTensor tensor = tensor(cursor, i);
      if (tensors.put(tensor.name(), tensor) != null) {
        throw cursor.invalid("tensor '%s' occurs twice".formatted(tensor.name()));
      }
      if (tensor.offset() != expected) {
        throw cursor.invalid(
            "tensor '%s' begins at %s; behind the one before it, at a multiple of %d, it would at %d"
                .formatted(
                    tensor.name(), Long.toUnsignedString(tensor.offset()), alignment, expected));
      }
      expected = end(cursor, tensor, alignment);
    }
    return Collections.unmodifiableSequencedMap(tensors);
  }

  private static long end(GgufCursor cursor, GgufTensor tensor, int alignment)
      throws InvalidInputException {
    long end = tensor.offset() + tensor.bytes();
    if (end < 0 || end > Long.MAX_VALUE - alignment) {
      throw cursor.invalid("tensor '%s' ends beyond any file".formatted(tensor.name()));
    }
    return Math.ceilDiv(end, alignment) * alignment;
  }

  private static GgufTensor tensor(GgufCursor cursor, long index) throws InvalidInputException {
    String name = cursor.text("the name of tensor %d".formatted(index), LONGEST_NAME);
    String what = "tensor '%s'".formatted(name);
    int dimensions = cursor.int32(what);
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw cursor.invalid(
          "%s has %s dimensions; it must have 1 to %d"
              .formatted(what, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      shape.addFirst(cursor.int64(what));
    }
    int code = cursor.int32(what);
    GgufType type =
        GgufType.ofCode(code)
            .orElseThrow(() ->
                cursor.invalid(
                    "%s has type %s; %s can be read"
                        .formatted(what, GgufType.nameOf(code), List.of(GgufType.values()))));
    requirePossible(cursor, what, type, shape);
    return new GgufTensor(name, type, shape, cursor.int64(what));
  }

  private static void requirePossible(
      GgufCursor cursor, String what, GgufType type, List<Long> shape)
      throws InvalidInputException {
    // So that the product below cannot exceed a long, whatever the type.
    long most = Long.MAX_VALUE / Long.BYTES;
    for (long size : shape) {
      if (size < 1 || size > most) {
        throw cursor.invalid("%s has the impossible shape %s".formatted(what, shape));
      }
      most /= size;
    }
    if (shape.getLast() % type.blockSize() != 0) {
      throw cursor.invalid(
          "%s is %s with rows of %d numbers; they must be multiples of %d"
              .formatted(what, type, shape.getLast(), type.blockSize()));
    }
  }
}
