package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Implements filters: of lists and dictionaries here, of texts and numbers in others. */
final class Filters {

  /** Implementation of a filter. */
  @FunctionalInterface
  interface Body {
    Value of(Value value, Arguments arguments) throws TemplateFailure;
  }

  private final Limits limits;
  private final Methods methods;
  private final Map<String, Body> bodies = new HashMap<>();

  Filters(Limits limits) {
    this.limits = limits;
    methods = new Methods(limits);
    bodies.putAll(TextFilters.all(methods));
    bodies.putAll(SortingFilters.all(limits));
    bodies.put("tojson", (value, given) -> new Value.Text(PythonJson.of(value, given)));
    bodies.put("from_json", JsonValues::parsed);
    bodies.put("default", Filters::byDefault);
    bodies.put("items", Filters::items);
    bodies.put("length", (value, given) -> new Value.Whole(Iteration.length(value)));
    bodies.put("join", this::joined);
    bodies.put("list", (value, given) -> new Value.Sequence(Iteration.items(value)));
    bodies.put("first", (value, given) -> end(Iteration.items(value), true));
    bodies.put("last", (value, given) -> end(Iteration.items(value), false));
    bodies.put("reverse", Filters::reversed);
    bodies.put("select", (value, given) -> selected(value, given, false, true));
    bodies.put("reject", (value, given) -> selected(value, given, false, false));
    bodies.put("selectattr", (value, given) -> selected(value, given, true, true));
    bodies.put("rejectattr", (value, given) -> selected(value, given, true, false));
    bodies.put("map", this::mapped);
    bodies.put("batch", Filters::batches);
    bodies.put("slice", Filters::slices);
    bodies.put("count", named("length"));
    bodies.put("d", named("default"));
    bodies.put("e", named("escape"));
    bodies.put("fromjson", named("from_json"));
  }

  private Body named(String name) {
    return (value, arguments) -> apply(name, value, arguments);
  }

  Value apply(String name, Value value, Arguments arguments) throws TemplateFailure {
    Body body = bodies.get(name);
    if (body == null) {
      throw new TemplateFailure("the filter '%s' is not supported".formatted(name));
    }
    Value result = body.of(value, arguments);
    if (result instanceof Value.Text(String text, boolean _)) {
      limits.text(text.length());
    }
    if (result instanceof Value.Sequence(List<Value> items, boolean _)) {
      limits.list(items.size());
    }
    return result;
  }

  private static Value byDefault(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(2, "default_value", "boolean");
    boolean anyFalse = arguments.flag(1, "boolean", false);
    boolean missing = value instanceof Value.Undefined || (anyFalse && !value.truth());
    return missing ? arguments.orElse(0, "default_value", new Value.Text("")) : value;
  }

  private static Value items(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(0);
    return switch (value) {
      case Value.Mapping(Map<Value, Value> entries) -> Iteration.entries(entries);
      case Value.Undefined _ -> new Value.Sequence(List.of());
      default -> throw new TemplateFailure("'items' needs a mapping, found " + value.kind());
    };
  }

  private Value joined(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(2, "d", "attribute");
    Value separator = arguments.orElse(0, "d", new Value.Text(""));
    List<Value> parts = new ArrayList<>();
    for (Value item : Iteration.items(value)) {
      parts.add(
          arguments.has(1, "attribute")
              ? Iteration.path(item, arguments.required(1, "attribute"))
              : item);
    }
    List<Value> plain = new ArrayList<>();
    for (Value part : parts) {
      plain.add(new Value.Text(PythonText.of(part)));
    }
    return methods.joined(PythonText.of(separator), new Value.Sequence(plain));
  }

  private static Value end(List<Value> items, boolean first) {
    return items.isEmpty()
        ? new Value.Undefined(first ? "first" : "last")
        : first ? items.getFirst() : items.getLast();
  }

  private static Value reversed(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(0);
    if (value instanceof Value.Text(String text, boolean _)) {
      return new Value.Text(new StringBuilder(text).reverse().toString());
    }
    List<Value> items = new ArrayList<>(Iteration.items(value));
    Collections.reverse(items);
    return new Value.Sequence(items);
  }

  private Value selected(Value value, Arguments arguments, boolean byAttribute, boolean keep)
      throws TemplateFailure {
    int given = byAttribute ? 1 : 0;
    boolean plain = arguments.positional().size() <= given;
    String test = plain ? "" : arguments.text(given, "test");
    Arguments rest = plain ? arguments : arguments.from(test, given + 1);
    List<Value> kept = new ArrayList<>();
    for (Value item : Iteration.items(value)) {
      limits.step();
      Value seen = byAttribute ? Iteration.path(item, arguments.required(0, "attribute")) : item;
      boolean holds = plain ? seen.truth() : ValueTests.holds(test, seen, rest, limits);
      if (holds == keep) {
        kept.add(item);
      }
    }
    return new Value.Sequence(kept);
  }

  private Value mapped(Value value, Arguments arguments) throws TemplateFailure {
    List<Value> mapped = new ArrayList<>();
    boolean byAttribute = arguments.named().containsKey("attribute");
    if (byAttribute) {
      arguments.allow(0, "attribute", "default");
    }
    for (Value item : Iteration.items(value)) {
      limits.step();
      if (byAttribute) {
        Value otherwise = arguments.orElse(9, "default", new Value.None());
        mapped.add(Iteration.path(item, arguments.required(0, "attribute"), otherwise));
      } else {
        String filter = arguments.text(0, "filter");
        mapped.add(apply(filter, item, arguments.from(filter, 1)));
      }
    }
    return new Value.Sequence(mapped);
  }

  private static Value batches(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(2, "linecount", "fill_with");
    int size = arguments.whole(0, "linecount", 0);
    Value fill = arguments.orElse(1, "fill_with", new Value.None());
    if (size < 1 || size > Limits.MAX_RANGE) {
      throw new TemplateFailure("'batch' of %d items is not supported".formatted(size));
    }
    List<Value> items = Iteration.items(value);
    List<Value> batches = new ArrayList<>();
    for (int from = 0; from < items.size(); from += size) {
      List<Value> batch = new ArrayList<>(items.subList(from, Math.min(items.size(), from + size)));
      while (batch.size() < size && !(fill instanceof Value.None)) {
        batch.add(fill);
      }
      batches.add(new Value.Sequence(batch));
    }
    return new Value.Sequence(batches);
  }

  private static Value slices(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(2, "slices", "fill_with");
    int count = arguments.whole(0, "slices", 0);
    if (count < 1 || count > Limits.MAX_RANGE) {
      throw new TemplateFailure("'slice' into %d parts is not supported".formatted(count));
    }
    Value fill = arguments.orElse(1, "fill_with", new Value.None());
    List<Value> items = Iteration.items(value);
    int each = items.size() / count;
    int longer = items.size() % count;
    List<Value> slices = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < count; i++) {
      int end = at + each + (i < longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(items.subList(at, end));
      if (!(fill instanceof Value.None) && i >= longer) {
        slice.add(fill);
      }
      slices.add(new Value.Sequence(slice));
      at = end;
    }
    return new Value.Sequence(slices);
  }
}
