package io.github.puzzle4j.blocklib.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedSet;

/**
 * The key-value pairs of a GGUF file. Values stay in the mapped file until they are asked for;
 * whether they are within it is known before. Numbers are accepted in all types of the format that
 * hold them.
 */
public final class GgufMetadata {

  private static final int LONGEST_KEY = 65_535;

  /** More than any real file has. */
  private static final int MOST_KEYS = 100_000;

  /** Items of an array: larger than any vocabulary and its merges. */
  private static final int MOST_ITEMS = 1 << 23;

  /** Bytes of one text: a chat template at most. */
  private static final int LONGEST_TEXT = 1 << 24;

  private final Path file;
  private final MemorySegment bytes;
  private final LinkedHashMap<String, Value> values = new LinkedHashMap<>();

  /**
   * Where a value is.
   *
   * @param item type of an array's items; the type itself otherwise
   * @param count of an array's items, otherwise 1
   * @param position of the first one
   */
  private record Value(GgufValueType type, GgufValueType item, int count, long position) {}

  private GgufMetadata(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static GgufMetadata read(Path file, MemorySegment bytes, GgufCursor cursor, long count)
      throws InvalidInputException {
    GgufMetadata metadata = new GgufMetadata(file, bytes);
    for (long i = 0; i < count; i++) {
      String key = cursor.text("key %d".formatted(i), LONGEST_KEY);
      if (metadata.values.put(key, value(cursor, key)) != null) {
        throw cursor.invalid("key '%s' occurs twice".formatted(key));
      }
    }
    return metadata;
  }

  /** The number of pairs, which comes before the first of them. */
  static long count(GgufCursor cursor) throws InvalidInputException {
    return cursor.count("the number of keys", Long.BYTES + Integer.BYTES + 1, MOST_KEYS);
  }

  private static Value value(GgufCursor cursor, String key) throws InvalidInputException {
    GgufValueType type = type(cursor, key);
    if (type != GgufValueType.ARRAY) {
      long position = cursor.position();
      skip(cursor, key, type, 1);
      return new Value(type, type, 1, position);
    }
    GgufValueType item = type(cursor, key);
    if (item == GgufValueType.ARRAY) {
      throw cursor.invalid("key '%s' is an array of arrays, which is not supported".formatted(key));
    }
    long count =
        cursor.count("the number of items of '%s'".formatted(key), item.least(), MOST_ITEMS);
    long position = cursor.position();
    skip(cursor, key, item, count);
    return new Value(type, item, (int) count, position);
  }

  private static GgufValueType type(GgufCursor cursor, String key) throws InvalidInputException {
    int code = cursor.int32("the type of '%s'".formatted(key));
    return GgufValueType.ofCode(code)
        .orElseThrow(() ->
            cursor.invalid(
                "key '%s' has type %s, which the format does not know"
                    .formatted(key, Integer.toUnsignedString(code))));
  }

  private static void skip(GgufCursor cursor, String key, GgufValueType type, long count)
      throws InvalidInputException {
    if (type == GgufValueType.STRING) {
      for (long i = 0; i < count; i++) {
        cursor.skipText(key);
      }
    } else {
      cursor.skip("the value of '%s'".formatted(key), type.least() * count);
    }
  }

  /** All keys in the order of the file. */
  public SequencedSet<String> keys() {
    return Collections.unmodifiableSequencedSet(values.sequencedKeySet());
  }

  /** Whether the value of a key is an array. */
  public boolean isArray(String key) {
    Value value = values.get(key);
    return value != null && value.type == GgufValueType.ARRAY;
  }

  /** How many items the array of a key has; empty if there is no such key. */
  public OptionalInt size(String key) {
    Value value = values.get(key);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value.count);
  }

  /** A text; empty if there is no such key. */
  public Optional<String> text(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    require(key, value.type == GgufValueType.STRING, "a text", value);
    return Optional.of(cursor(value).text(key, LONGEST_TEXT));
  }

  /** A flag; empty if there is no such key. */
  public Optional<Boolean> flag(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    require(key, value.type == GgufValueType.BOOL, "true or false", value);
    return Optional.of(cursor(value).whole(value.type) != 0);
  }

  /** A number of 0 or more; empty if there is no such key. */
  public OptionalInt size32(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    require(key, isWhole(value.type), "a whole number", value);
    return OptionalInt.of(size(key, cursor(value).whole(value.type)));
  }

  /** A finite number; empty if there is no such key. */
  public OptionalDouble number(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return OptionalDouble.empty();
    }
    boolean isNumber =
        isWhole(value.type)
            || value.type == GgufValueType.FLOAT32
            || value.type == GgufValueType.FLOAT64;
    require(key, isNumber, "a number", value);
    double number = number(value.type, cursor(value).whole(value.type));
    if (!Double.isFinite(number)) {
      throw invalid("%s=%s must be a finite number".formatted(key, number));
    }
    return OptionalDouble.of(number);
  }

  /** An array of texts; an empty one if there is no such key. */
  public List<String> texts(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return List.of();
    }
    require(key, isArray(key) && value.item == GgufValueType.STRING, "an array of texts", value);
    GgufCursor cursor = cursor(value);
    List<String> texts = new ArrayList<>(value.count);
    for (int i = 0; i < value.count; i++) {
      texts.add(cursor.text(key, LONGEST_TEXT));
    }
    return Collections.unmodifiableList(texts);
  }

  /** An array of numbers of 0 or more; an empty one if there is no such key. */
  public int[] sizes(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return new int[0];
    }
    require(key, isArray(key) && isWhole(value.item), "an array of whole numbers", value);
    GgufCursor cursor = cursor(value);
    int[] sizes = new int[value.count];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(key, cursor.whole(value.item));
    }
    return sizes;
  }

  /** An array of floating-point numbers; an empty one if there is no such key. */
  public float[] floats(String key) throws InvalidInputException {
    Value value = values.get(key);
    if (value == null) {
      return new float[0];
    }
    require(key, isArray(key) && value.item == GgufValueType.FLOAT32, "an array of FLOAT32", value);
    GgufCursor cursor = cursor(value);
    float[] floats = new float[value.count];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) number(value.item, cursor.whole(value.item));
    }
    return floats;
  }

  private static double number(GgufValueType type, long bits) {
    return switch (type) {
      case FLOAT32 -> Float.intBitsToFloat((int) bits);
      case FLOAT64 -> Double.longBitsToDouble(bits);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> bits;
      case BOOL, STRING, ARRAY ->
          throw new IllegalArgumentException("%s is no number".formatted(type));
    };
  }

  private int size(String key, long number) throws InvalidInputException {
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw invalid(
          "%s holds %d; it must be a whole number from 0 to %d"
              .formatted(key, number, Integer.MAX_VALUE));
    }
    return (int) number;
  }

  private static boolean isWhole(GgufValueType type) {
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  private GgufCursor cursor(Value value) {
    return new GgufCursor(file, bytes, value.position);
  }

  private void require(String key, boolean fits, String wanted, Value value)
      throws InvalidInputException {
    if (!fits) {
      throw invalid(
          "%s must be %s, is %s"
              .formatted(
                  key,
                  wanted,
                  value.type == GgufValueType.ARRAY ? "an array of " + value.item : value.type));
    }
  }

  /** A mistake in this file. */
  public InvalidInputException invalid(String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
