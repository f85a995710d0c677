package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Implements filters that compare items: by themselves or an attribute, in any case or not. */
final class SortingFilters {

  private final Limits limits;

  private SortingFilters(Limits limits) {
    this.limits = limits;
  }

  static Map<String, Filters.Body> all(Limits limits) {
    SortingFilters filters = new SortingFilters(limits);
    return Map.of(
        "sort", filters::sorted,
        "unique", filters::unique,
        "min", (value, given) -> filters.extreme(value, given, -1),
        "max", (value, given) -> filters.extreme(value, given, 1),
        "sum", filters::sum,
        "groupby", filters::grouped,
        "dictsort", filters::dictSorted);
  }

  /** An item and what it is compared by. */
  private record Keyed(Value item, Value key) {}

  private List<Keyed> keyed(List<Value> items, Value attribute, boolean sensitive)
      throws TemplateFailure {
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : items) {
      limits.step();
      Value key = item;
      if (attribute instanceof Value.Text(String paths, boolean _) && paths.contains(",")) {
        List<Value> keys = new ArrayList<>();
        for (String path : paths.split(",", -1)) {
          keys.add(folded(Iteration.path(item, new Value.Text(path)), sensitive));
        }
        key = new Value.Sequence(keys);
      } else if (!(attribute instanceof Value.None)) {
        key = Iteration.path(item, attribute);
      }
      keyed.add(new Keyed(item, folded(key, sensitive)));
    }
    return keyed;
  }

  private static Value folded(Value key, boolean sensitive) {
    return !sensitive && key instanceof Value.Text(String text, boolean _)
        ? new Value.Text(text.toLowerCase(Locale.ROOT))
        : key;
  }

  /** Sorts; the order of equal items is kept, also in reverse. */
  private static List<Keyed> sorted(List<Keyed> items, boolean reverse) throws TemplateFailure {
    for (Keyed item : items) {
      Operators.order(items.getFirst().key(), item.key());
    }
    List<TemplateFailure> failures = new ArrayList<>();
    Comparator<Keyed> order =
        (a, b) -> {
          try {
            return Operators.order(a.key(), b.key());
          } catch (TemplateFailure unordered) {
            failures.add(unordered);
            return 0;
          }
        };
    List<Keyed> sorted =
        items.stream().sorted(reverse ? (a, b) -> order.compare(b, a) : order).toList();
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return sorted;
  }

  private static Value items(List<Keyed> keyed) {
    return new Value.Sequence(keyed.stream().map(Keyed::item).toList());
  }

  private Value sorted(Value value, Arguments given) throws TemplateFailure {
    given.allow(3, "reverse", "case_sensitive", "attribute");
    List<Keyed> keyed =
        keyed(
            Iteration.items(value),
            given.orElse(2, "attribute", new Value.None()),
            given.flag(1, "case_sensitive", false));
    return items(sorted(keyed, given.flag(0, "reverse", false)));
  }

  private Value unique(Value value, Arguments given) throws TemplateFailure {
    given.allow(2, "case_sensitive", "attribute");
    List<Keyed> keyed =
        keyed(
            Iteration.items(value),
            given.orElse(1, "attribute", new Value.None()),
            given.flag(0, "case_sensitive", false));
    Map<Value, Value> first = new LinkedHashMap<>();
    for (Keyed item : keyed) {
      if (item.key() instanceof Value.Sequence || item.key() instanceof Value.Mapping) {
        throw new TemplateFailure("'unique' is not supported for %s".formatted(item.key().kind()));
      }
      first.putIfAbsent(Value.Mapping.key(item.key()), item.item());
    }
    return new Value.Sequence(List.copyOf(first.values()));
  }

  private Value extreme(Value value, Arguments given, int sign) throws TemplateFailure {
    given.allow(2, "case_sensitive", "attribute");
    List<Keyed> keyed =
        keyed(
            Iteration.items(value),
            given.orElse(1, "attribute", new Value.None()),
            given.flag(0, "case_sensitive", false));
    if (keyed.isEmpty()) {
      return new Value.Undefined(given.function());
    }
    Keyed best = keyed.getFirst();
    for (Keyed item : keyed) {
      if (Integer.signum(Operators.order(item.key(), best.key())) == sign) {
        best = item;
      }
    }
    return best.item();
  }

  private Value sum(Value value, Arguments given) throws TemplateFailure {
    given.allow(2, "attribute", "start");
    Operators operators = new Operators(limits);
    Value sum = given.orElse(1, "start", new Value.Whole(0));
    for (Keyed item :
        keyed(Iteration.items(value), given.orElse(0, "attribute", new Value.None()), true)) {
      sum = operators.binary("+", sum, item.key());
    }
    return sum;
  }

  private Value grouped(Value value, Arguments given) throws TemplateFailure {
    given.allow(3, "attribute", "default", "case_sensitive");
    Value attribute = given.required(0, "attribute");
    Value otherwise = given.orElse(1, "default", new Value.None());
    boolean sensitive = given.flag(2, "case_sensitive", false);
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : Iteration.items(value)) {
      Value key = Iteration.path(item, attribute, otherwise);
      keyed.add(new Keyed(item, folded(key, sensitive)));
    }
    Map<Value, List<Value>> groups = new LinkedHashMap<>();
    for (Keyed item : sorted(keyed, false)) {
      groups
          .computeIfAbsent(Value.Mapping.key(item.key()), _ -> new ArrayList<>())
          .add(item.item());
    }
    List<Value> pairs = new ArrayList<>();
    for (List<Value> group : groups.values()) {
      Value key = Iteration.path(group.getFirst(), attribute, otherwise);
      pairs.add(new Value.Sequence(List.of(key, new Value.Sequence(group)), true));
    }
    return new Value.Sequence(pairs);
  }

  private Value dictSorted(Value value, Arguments given) throws TemplateFailure {
    given.allow(3, "case_sensitive", "by", "reverse");
    if (!(value instanceof Value.Mapping(Map<Value, Value> entries))) {
      throw new TemplateFailure("'dictsort' needs a mapping, found " + value.kind());
    }
    String by = PythonText.of(given.orElse(1, "by", new Value.Text("key")));
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateFailure("'dictsort' sorts by \"key\" or \"value\"");
    }
    List<Keyed> keyed =
        keyed(
            Iteration.items(Iteration.entries(entries)),
            new Value.Whole(by.equals("key") ? 0 : 1),
            given.flag(0, "case_sensitive", false));
    return items(sorted(keyed, given.flag(2, "reverse", false)));
  }
}
