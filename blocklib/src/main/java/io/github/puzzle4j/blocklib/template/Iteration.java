package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Iteration, indexing and slicing of values. */
final class Iteration {

  private Iteration() {}

  /** The items that a loop iterates over. */
  static List<Value> items(Value value) throws TemplateFailure {
    return switch (value) {
      case Value.Sequence(List<Value> items, boolean _) -> items;
      case Value.Mapping(Map<Value, Value> entries) -> List.copyOf(entries.keySet());
      case Value.Text(String text, boolean _) -> characters(text);
      case Value.Undefined _ -> List.of();
      case Value.Whole _,
          Value.Real _,
          Value.Truth _,
          Value.None _,
          Value.Namespace _,
          Value.Function _ ->
          throw new TemplateFailure("%s is not iterable".formatted(value.kind()));
    };
  }

  private static List<Value> characters(String text) {
    return text.codePoints()
        .<Value>mapToObj(code -> new Value.Text(Character.toString(code)))
        .toList();
  }

  /** Pairs of key and value. */
  static Value entries(Map<Value, Value> entries) {
    return new Value.Sequence(
        entries.entrySet().stream()
            .<Value>map(
                entry -> new Value.Sequence(List.of(entry.getKey(), entry.getValue()), true))
            .toList());
  }

  static long length(Value value) throws TemplateFailure {
    return value instanceof Value.Text(String text, boolean _)
        ? PythonText.length(text)
        : items(value).size();
  }

  /** Follows a path such as {@code a.b.0}, or an index. */
  static Value path(Value of, Value path) throws TemplateFailure {
    return path(of, path, new Value.None());
  }

  /**
   * Follows a path.
   *
   * @param otherwise takes the place of what is undefined on the way, unless it is none
   */
  static Value path(Value of, Value path, Value otherwise) throws TemplateFailure {
    List<Value> parts = new ArrayList<>();
    if (path instanceof Value.Text(String text, boolean _)) {
      for (String part : text.split("\\.", -1)) {
        boolean index = part.matches("\\d{1,9}");
        parts.add(index ? new Value.Whole(Integer.parseInt(part)) : new Value.Text(part));
      }
    } else {
      parts.add(path);
    }
    Value found = of;
    for (Value part : parts) {
      found = at(found, part);
      found =
          found instanceof Value.Undefined && !(otherwise instanceof Value.None)
              ? otherwise
              : found;
    }
    return found;
  }

  /** Implements {@code of[index]}; undefined if the index is out of range. */
  static Value at(Value of, Value index) throws TemplateFailure {
    if (of instanceof Value.Mapping mapping) {
      return mapping.get(index);
    }
    if (of instanceof Value.Namespace(Map<String, Value> attributes)
        && index instanceof Value.Text(String name, boolean _)) {
      Value found = attributes.get(name);
      return found == null ? new Value.Undefined(name) : found;
    }
    if (of instanceof Value.Undefined(String missing)) {
      throw new TemplateFailure("'%s' is undefined".formatted(missing));
    }
    if (index instanceof Value.Whole(long place)
        && (of instanceof Value.Text || of instanceof Value.Sequence)) {
      List<Value> items = items(of);
      long from = place < 0 ? place + items.size() : place;
      return from < 0 || from >= items.size()
          ? new Value.Undefined("[%d]".formatted(place))
          : items.get((int) from);
    }
    return new Value.Undefined(PythonText.of(index));
  }

  /** Implements {@code of[start:end:step]}. */
  static Value slice(Value of, Value start, Value end, Value step) throws TemplateFailure {
    if (!(of instanceof Value.Text) && !(of instanceof Value.Sequence)) {
      throw new TemplateFailure("cannot slice " + of.kind());
    }
    List<Value> items = items(of);
    int size = items.size();
    long stride = bound(step, 1);
    if (stride == 0) {
      throw new TemplateFailure("the step of a slice is zero");
    }
    boolean forward = stride > 0;
    long from = place(start, forward ? 0 : size - 1L, size, forward);
    long to = end instanceof Value.None ? (forward ? size : -1) : place(end, 0, size, forward);
    List<Value> taken = new ArrayList<>();
    for (long i = from; forward ? i < to : i > to; i += stride) {
      taken.add(items.get((int) i));
    }
    if (of instanceof Value.Sequence(List<Value> _, boolean tuple)) {
      return new Value.Sequence(taken, tuple);
    }
    StringBuilder text = new StringBuilder();
    for (Value part : taken) {
      text.append(PythonText.of(part));
    }
    return new Value.Text(text.toString());
  }

  private static long place(Value bound, long otherwise, int size, boolean forward)
      throws TemplateFailure {
    if (bound instanceof Value.None) {
      return otherwise;
    }
    long place = bound(bound, 0);
    long counted = place < 0 ? place + size : place;
    return forward ? Math.clamp(counted, 0, size) : Math.clamp(counted, -1, size - 1);
  }

  private static long bound(Value value, long otherwise) throws TemplateFailure {
    return switch (value) {
      case Value.None() -> otherwise;
      case Value.Whole(long number) -> Math.clamp(number, -(1L << 40), 1L << 40);
      default -> throw new TemplateFailure("slice bounds must be integers, found " + value.kind());
    };
  }
}
