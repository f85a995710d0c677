package io.github.puzzle4j.blocklib.corpus.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;

/**
 * A column of an Arrow schema, or a part of one.
 *
 * @param width bits of a number or of offsets; items of a list of fixed size
 * @param signed of a whole number
 * @param buffers how many it has itself, without those of its children
 */
record ArrowColumn(
    String name,
    Kind kind,
    int width,
    boolean signed,
    int buffers,
    boolean variadic,
    List<ArrowColumn> children) {

  /** How values are stored, as far as rows of a corpus use it. */
  enum Kind {
    NOTHING,
    TRUTH,
    WHOLE,
    REAL,
    TEXT,
    LIST,
    FIXED_LIST,
    STRUCT,
    /** Passed over: of no use for text. */
    OTHER
  }

  static final int MAX_DEPTH = 64;
  private static final int OFFSET_BITS = 32;

  ArrowColumn {
    children = List.copyOf(children);
  }

  /**
   * The column that a field describes.
   *
   * @throws IllegalArgumentException if fields are nested too deep
   */
  static ArrowColumn of(Field field, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "fields are nested more than %d deep".formatted(MAX_DEPTH));
    }
    String name = field.name() == null ? "" : field.name();
    List<ArrowColumn> children = new ArrayList<>();
    if (field.dictionary() != null) {
      return new ArrowColumn(name, Kind.OTHER, 0, false, 2, false, children);
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      children.add(of(field.children(i), depth + 1));
    }
    ArrowColumn column = of(field, name, children);
    boolean isList = column.kind == Kind.LIST || column.kind == Kind.FIXED_LIST;
    if (isList && children.size() != 1) {
      throw new IllegalArgumentException(
          "the list '%s' has %d kinds of items".formatted(name, children.size()));
    }
    return column;
  }

  private static ArrowColumn of(Field field, String name, List<ArrowColumn> children) {
    return switch (field.typeType()) {
      case Type.Null -> new ArrowColumn(name, Kind.NOTHING, 0, false, 0, false, children);
      case Type.Bool -> new ArrowColumn(name, Kind.TRUTH, 1, false, 2, false, children);
      case Type.Int -> {
        Int whole = (Int) field.type(new Int());
        yield new ArrowColumn(
            name, Kind.WHOLE, whole.bitWidth(), whole.isSigned(), 2, false, children);
      }
      case Type.FloatingPoint -> {
        int bits =
            switch (((FloatingPoint) field.type(new FloatingPoint())).precision()) {
              case Precision.HALF -> 16;
              case Precision.SINGLE -> 32;
              default -> 64;
            };
        yield new ArrowColumn(name, Kind.REAL, bits, true, 2, false, children);
      }
      case Type.Utf8 -> new ArrowColumn(name, Kind.TEXT, OFFSET_BITS, true, 3, false, children);
      case Type.LargeUtf8 ->
          new ArrowColumn(name, Kind.TEXT, 2 * OFFSET_BITS, true, 3, false, children);
      case Type.List -> new ArrowColumn(name, Kind.LIST, OFFSET_BITS, true, 2, false, children);
      case Type.LargeList ->
          new ArrowColumn(name, Kind.LIST, 2 * OFFSET_BITS, true, 2, false, children);
      case Type.FixedSizeList -> {
        int size = ((FixedSizeList) field.type(new FixedSizeList())).listSize();
        yield new ArrowColumn(name, Kind.FIXED_LIST, size, true, 1, false, children);
      }
      case Type.Struct_ -> new ArrowColumn(name, Kind.STRUCT, 0, false, 1, false, children);
      default -> other(field, name, children);
    };
  }

  private static ArrowColumn other(Field field, String name, List<ArrowColumn> children) {
    byte type = field.typeType();
    int buffers =
        switch (type) {
          case Type.Binary, Type.LargeBinary, Type.ListView, Type.LargeListView -> 3;
          case Type.RunEndEncoded -> 0;
          case Type.Union -> ((Union) field.type(new Union())).mode() == UnionMode.Sparse ? 1 : 2;
          default -> 2;
        };
    boolean variadic = type == Type.BinaryView || type == Type.Utf8View;
    return new ArrowColumn(name, Kind.OTHER, 0, false, buffers, variadic, children);
  }

  /** Whether this can be the column of a corpus with this name. */
  boolean fits() {
    return switch (name) {
      case "text", "task" -> kind == Kind.TEXT || kind == Kind.NOTHING;
      case "input_ids" -> isList() && children.getFirst().kind == Kind.WHOLE;
      case "messages" -> isList() && children.getFirst().kind == Kind.STRUCT;
      default -> isList() || kind == Kind.NOTHING;
    };
  }

  private boolean isList() {
    return (kind == Kind.LIST || kind == Kind.FIXED_LIST) && children.size() == 1;
  }
}
