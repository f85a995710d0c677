package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The methods of Python's strings, dictionaries and lists that templates may call. */
final class Methods {

  /** Attributes that take precedence over keys of a dictionary. */
  private static final Set<String> OF_DICTS =
      Set.of(
          "items",
          "keys",
          "values",
          "get",
          "pop",
          "popitem",
          "update",
          "copy",
          "clear",
          "setdefault",
          "fromkeys");

  private static final Set<String> OF_STRINGS =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "startswith",
          "endswith",
          "split",
          "rsplit",
          "splitlines",
          "replace",
          "join",
          "find",
          "rfind",
          "index",
          "count",
          "upper",
          "lower",
          "capitalize",
          "title",
          "isdigit",
          "isalpha",
          "isspace",
          "format",
          "encode",
          "removeprefix",
          "removesuffix",
          "partition",
          "center",
          "swapcase",
          "zfill");

  private final Limits limits;

  Methods(Limits limits) {
    this.limits = limits;
  }

  static boolean ofDictionaries(String name) {
    return OF_DICTS.contains(name);
  }

  static boolean ofStrings(String name) {
    return OF_STRINGS.contains(name);
  }

  Value call(Value on, String name, Arguments arguments) throws TemplateFailure {
    Value result =
        switch (on) {
          case Value.Text(String text) -> ofText(text, name, arguments);
          case Value.Mapping(Map<String, Value> entries) -> ofMapping(entries, name, arguments);
          case Value.Sequence(List<Value> items, boolean _) -> ofList(items, name, arguments);
          case Value.Undefined(String missing) ->
              throw new TemplateFailure("'%s' is undefined".formatted(missing));
          case Value.Whole _,
              Value.Real _,
              Value.Truth _,
              Value.None _,
              Value.Namespace _,
              Value.Function _ ->
              throw unknown(on, name);
        };
    if (result instanceof Value.Text(String text)) {
      limits.text(text.length());
    }
    return result;
  }

  private static TemplateFailure unknown(Value on, String name) {
    return new TemplateFailure("the method '%s' of %s is not supported".formatted(name, on.kind()));
  }

  private Value ofText(String text, String name, Arguments arguments) throws TemplateFailure {
    Value none = new Value.None();
    return switch (name) {
      case "strip", "lstrip", "rstrip" -> {
        arguments.allow(1);
        yield new Value.Text(
            PythonText.stripped(
                text,
                arguments.orElse(0, "", none),
                !name.equals("rstrip"),
                !name.equals("lstrip")));
      }
      case "startswith" -> {
        arguments.allow(1);
        yield new Value.Truth(text.startsWith(arguments.text(0, "prefix")));
      }
      case "endswith" -> {
        arguments.allow(1);
        yield new Value.Truth(text.endsWith(arguments.text(0, "suffix")));
      }
      case "split" -> split(text, arguments);
      case "splitlines" -> {
        arguments.allow(0);
        yield new Value.Sequence(text.lines().<Value>map(Value.Text::new).toList());
      }
      case "replace" -> replaced(text, arguments);
      case "join" -> {
        arguments.allow(1);
        yield joined(text, arguments.required(0, "iterable"));
      }
      case "find" -> {
        arguments.allow(1);
        int at = text.indexOf(arguments.text(0, "sub"));
        yield new Value.Whole(at < 0 ? -1 : text.codePointCount(0, at));
      }
      case "count" -> {
        arguments.allow(1);
        yield new Value.Whole(occurrences(text, arguments.text(0, "sub")));
      }
      default -> cased(text, name, arguments);
    };
  }

  private static Value cased(String text, String name, Arguments arguments) throws TemplateFailure {
    arguments.allow(0);
    return switch (name) {
      case "upper" -> new Value.Text(text.toUpperCase(Locale.ROOT));
      case "lower" -> new Value.Text(text.toLowerCase(Locale.ROOT));
      case "capitalize" -> new Value.Text(capitalized(text));
      case "title" -> new Value.Text(titled(text));
      case "isdigit" ->
          new Value.Truth(!text.isEmpty() && text.codePoints().allMatch(Character::isDigit));
      default -> throw unknown(new Value.Text(text), name);
    };
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  /** Title case as in the method: every letter that does not follow a letter is capitalised. */
  static String titled(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inside = false;
    for (int code : text.codePoints().toArray()) {
      titled.appendCodePoint(inside ? Character.toLowerCase(code) : Character.toTitleCase(code));
      inside = Character.isLetter(code);
    }
    return titled.toString();
  }

  private static Value split(String text, Arguments arguments) throws TemplateFailure {
    arguments.allow(2, "sep", "maxsplit");
    int most = arguments.whole(1, "maxsplit", -1);
    List<Value> parts = new ArrayList<>();
    String rest = text;
    boolean atSpaces = arguments.orElse(0, "sep", new Value.None()) instanceof Value.None;
    String separator = atSpaces ? "" : arguments.text(0, "sep");
    if (atSpaces) {
      rest = PythonText.stripped(text, new Value.None(), true, false);
    } else if (separator.isEmpty()) {
      throw new TemplateFailure("'split' needs a separator that is not empty");
    }
    while (most < 0 || parts.size() < most) {
      int at = atSpaces ? firstSpace(rest) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      parts.add(new Value.Text(rest.substring(0, at)));
      rest = rest.substring(at + separator.length());
      rest = atSpaces ? PythonText.stripped(rest, new Value.None(), true, false) : rest;
    }
    if (!atSpaces || !rest.isEmpty()) {
      parts.add(new Value.Text(rest));
    }
    return new Value.Sequence(parts);
  }

  private static int firstSpace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (PythonText.isSpace(text.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private Value replaced(String text, Arguments arguments) throws TemplateFailure {
    arguments.allow(2);
    return replaced(text, arguments.text(0, "old"), arguments.text(1, "new"));
  }

  Value replaced(String text, String old, String by) throws TemplateFailure {
    if (old.isEmpty()) {
      throw new TemplateFailure("'replace' of an empty string is not supported");
    }
    limits.text(text.length() + occurrences(text, old) * (long) (by.length() - old.length()));
    return new Value.Text(text.replace(old, by));
  }

  private static long occurrences(String text, String part) throws TemplateFailure {
    if (part.isEmpty()) {
      throw new TemplateFailure("'count' of an empty string is not supported");
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  Value joined(String separator, Value of) throws TemplateFailure {
    List<String> parts = new ArrayList<>();
    long length = 0;
    for (Value item : Iteration.items(of)) {
      parts.add(PythonText.of(item));
      length += parts.getLast().length() + (long) separator.length();
      if (length > Limits.MAX_TEXT_LENGTH) {
        break;
      }
    }
    limits.text(length);
    return new Value.Text(String.join(separator, parts));
  }

  private static Value ofMapping(Map<String, Value> entries, String name, Arguments arguments)
      throws TemplateFailure {
    return switch (name) {
      case "items" -> {
        arguments.allow(0);
        yield Iteration.entries(entries);
      }
      case "keys" -> {
        arguments.allow(0);
        yield new Value.Sequence(entries.keySet().stream().<Value>map(Value.Text::new).toList());
      }
      case "values" -> {
        arguments.allow(0);
        yield new Value.Sequence(List.copyOf(entries.values()));
      }
      case "get" -> {
        arguments.allow(2);
        Value found = entries.get(arguments.text(0, "key"));
        yield found == null ? arguments.orElse(1, "default", new Value.None()) : found;
      }
      default -> throw unknown(new Value.Mapping(entries), name);
    };
  }

  private static Value ofList(List<Value> items, String name, Arguments arguments)
      throws TemplateFailure {
    arguments.allow(1);
    if (name.equals("count")) {
      Value wanted = arguments.required(0, "value");
      return new Value.Whole(items.stream().filter(item -> Operators.equal(item, wanted)).count());
    }
    throw unknown(new Value.Sequence(items), name);
  }
}
