package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Implements filters. */
final class Filters {

  private static final Set<String> NAMES =
      Set.of(
          "trim",
          "length",
          "count",
          "tojson",
          "join",
          "list",
          "string",
          "int",
          "float",
          "upper",
          "lower",
          "capitalize",
          "title",
          "replace",
          "first",
          "last",
          "default",
          "d",
          "selectattr",
          "rejectattr",
          "select",
          "reject",
          "map",
          "items",
          "dictsort",
          "reverse",
          "abs",
          "safe",
          "indent");

  private final Limits limits;
  private final Methods methods;

  Filters(Limits limits) {
    this.limits = limits;
    methods = new Methods(limits);
  }

  static boolean has(String name) {
    return NAMES.contains(name);
  }

  Value apply(String name, Value value, Arguments arguments) throws TemplateFailure {
    Value result =
        switch (name) {
          case "trim",
              "string",
              "upper",
              "lower",
              "capitalize",
              "title",
              "replace",
              "safe",
              "indent" ->
              ofText(name, PythonText.of(value), arguments);
          case "tojson" -> {
            arguments.allow(0, "indent");
            yield new Value.Text(PythonJson.of(value, arguments.whole(9, "indent", -1)));
          }
          case "default", "d" -> byDefault(value, arguments);
          case "int", "float", "abs" -> number(name, value, arguments);
          case "items" -> {
            arguments.allow(0);
            yield value instanceof Value.Mapping(Map<String, Value> entries)
                ? Iteration.entries(entries)
                : new Value.Sequence(requireEmpty(value));
          }
          default -> ofList(name, value, arguments);
        };
    if (result instanceof Value.Text(String text)) {
      limits.text(text.length());
    }
    return result;
  }

  private static List<Value> requireEmpty(Value value) throws TemplateFailure {
    if (value instanceof Value.Undefined) {
      return List.of();
    }
    throw new TemplateFailure("'items' needs a mapping, found " + value.kind());
  }

  private Value ofText(String name, String text, Arguments arguments) throws TemplateFailure {
    arguments.allow(
        name.equals("replace") ? 2 : name.equals("trim") || name.equals("indent") ? 1 : 0, "width");
    return switch (name) {
      case "trim" ->
          new Value.Text(
              PythonText.stripped(
                  text, arguments.orElse(0, "chars", new Value.None()), true, true));
      case "upper" -> new Value.Text(text.toUpperCase(Locale.ROOT));
      case "lower" -> new Value.Text(text.toLowerCase(Locale.ROOT));
      case "capitalize" -> new Value.Text(Methods.capitalized(text));
      case "title" -> new Value.Text(titled(text));
      case "replace" -> methods.replaced(text, arguments.text(0, "old"), arguments.text(1, "new"));
      case "indent" -> new Value.Text(indented(text, arguments.whole(0, "width", 4)));
      default -> new Value.Text(text);
    };
  }

  /** Title case as in the filter: unlike in the method, an apostrophe does not start a word. */
  private static String titled(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inside = false;
    for (int code : text.codePoints().toArray()) {
      titled.appendCodePoint(inside ? Character.toLowerCase(code) : Character.toUpperCase(code));
      inside = !PythonText.isSpace(code) && "-({[<".indexOf(code) < 0;
    }
    return titled.toString();
  }

  /** Indents all lines except the first and blank ones. */
  private static String indented(String text, int width) throws TemplateFailure {
    if (width < 0 || width > 100) {
      throw new TemplateFailure("'indent' by %d is not supported".formatted(width));
    }
    return text.replaceAll("\n(?=[^\n])", "\n" + " ".repeat(width));
  }

  private static Value byDefault(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(2, "default_value", "boolean");
    boolean anyFalse = arguments.orElse(1, "boolean", new Value.Truth(false)).truth();
    boolean missing = value instanceof Value.Undefined || (anyFalse && !value.truth());
    return missing ? arguments.orElse(0, "default_value", new Value.Text("")) : value;
  }

  private static Value number(String name, Value value, Arguments arguments)
      throws TemplateFailure {
    arguments.allow(0);
    if (name.equals("abs") && value instanceof Value.Whole(long number)) {
      return new Value.Whole(Math.abs(number));
    }
    if (name.equals("int") && value instanceof Value.Whole) {
      return value;
    }
    if (name.equals("int")
        && value instanceof Value.Text(String text)
        && text.strip().matches("[-+]?[0-9]{1,18}")) {
      return new Value.Whole(Long.parseLong(text.strip()));
    }
    if (name.equals("float") && value instanceof Value.Whole(long number)) {
      return new Value.Real(number);
    }
    throw new TemplateFailure("'%s' of %s is not supported".formatted(name, value.kind()));
  }

  private Value ofList(String name, Value value, Arguments arguments) throws TemplateFailure {
    return switch (name) {
      case "length", "count" -> {
        arguments.allow(0);
        yield new Value.Whole(Iteration.length(value));
      }
      case "join" -> {
        arguments.allow(1);
        String separator = arguments.isEmpty() ? "" : arguments.text(0, "d");
        yield methods.joined(separator, value);
      }
      case "selectattr" -> selected(value, arguments, true, true);
      case "rejectattr" -> selected(value, arguments, true, false);
      case "select" -> selected(value, arguments, false, true);
      case "reject" -> selected(value, arguments, false, false);
      case "map" -> mapped(value, arguments);
      case "dictsort" -> dictSorted(value, arguments);
      default -> rearranged(name, value, arguments);
    };
  }

  private static Value rearranged(String name, Value value, Arguments arguments)
      throws TemplateFailure {
    arguments.allow(0);
    List<Value> items = new ArrayList<>(Iteration.items(value));
    return switch (name) {
      case "first" -> items.isEmpty() ? new Value.Undefined("first") : items.getFirst();
      case "last" -> items.isEmpty() ? new Value.Undefined("last") : items.getLast();
      case "reverse" -> {
        Collections.reverse(items);
        yield value instanceof Value.Text(String text)
            ? new Value.Text(new StringBuilder(text).reverse().toString())
            : new Value.Sequence(items);
      }
      default -> new Value.Sequence(items);
    };
  }

  private Value selected(Value value, Arguments arguments, boolean byAttribute, boolean keep)
      throws TemplateFailure {
    arguments.allow(3);
    int given = byAttribute ? 1 : 0;
    boolean plain = arguments.positional().size() <= given;
    String test = plain ? "" : arguments.text(given, "test");
    if (!plain && !ValueTests.has(test)) {
      throw new TemplateFailure("the test '%s' is not supported".formatted(test));
    }
    List<Value> rest =
        plain
            ? List.of()
            : arguments.positional().subList(given + 1, arguments.positional().size());
    List<Value> kept = new ArrayList<>();
    for (Value item : Iteration.items(value)) {
      limits.step();
      Value seen = byAttribute ? Iteration.at(item, arguments.required(0, "attribute")) : item;
      boolean holds =
          plain
              ? seen.truth()
              : ValueTests.holds(test, seen, new Arguments(test, rest, Map.of()), limits);
      if (holds == keep) {
        kept.add(item);
      }
    }
    return new Value.Sequence(kept);
  }

  private Value mapped(Value value, Arguments arguments) throws TemplateFailure {
    List<Value> mapped = new ArrayList<>();
    for (Value item : Iteration.items(value)) {
      limits.step();
      if (arguments.named().containsKey("attribute")) {
        arguments.allow(0, "attribute");
        mapped.add(Iteration.at(item, arguments.required(0, "attribute")));
        continue;
      }
      String filter = arguments.text(0, "filter");
      if (!has(filter)) {
        throw new TemplateFailure("the filter '%s' is not supported".formatted(filter));
      }
      List<Value> rest = arguments.positional().subList(1, arguments.positional().size());
      mapped.add(apply(filter, item, new Arguments(filter, rest, arguments.named())));
    }
    return new Value.Sequence(mapped);
  }

  private static Value dictSorted(Value value, Arguments arguments) throws TemplateFailure {
    arguments.allow(0);
    if (!(value instanceof Value.Mapping(Map<String, Value> entries))) {
      throw new TemplateFailure("'dictsort' needs a mapping, found " + value.kind());
    }
    Map<String, Value> sorted = new java.util.LinkedHashMap<>();
    entries.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toLowerCase(Locale.ROOT)))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return Iteration.entries(sorted);
  }
}
