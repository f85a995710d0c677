package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** Attributes that a string has, so that a name of them without a call is an error. */
  private static final Set<String> OF_STRINGS =
      Set.of(
          ("strip lstrip rstrip startswith endswith split rsplit splitlines partition rpartition"
                  + " replace join find rfind index rindex count removeprefix removesuffix center"
                  + " ljust rjust zfill format encode translate expandtabs upper lower casefold"
                  + " capitalize title swapcase isdigit isdecimal isnumeric isalpha isalnum isspace"
                  + " isascii isupper islower istitle isprintable isidentifier")
              .split(" "));

  /** Methods whose result is marked as safe if the text is. */
  private static final Set<String> KEEP_SAFE =
      Set.of("strip", "lstrip", "rstrip", "upper", "lower", "capitalize", "title", "swapcase");

  private static final Pattern LINE =
      Pattern.compile(
          "([^\\n\\r\\x0b\\f\\x1c-\\x1e\\x85\\u2028\\u2029]*)(\\r\\n|[\\n\\r\\x0b\\f\\x1c-\\x1e\\x85\\u2028\\u2029]|$)");

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
          case Value.Text(String text, boolean safe) -> {
            Value of = ofText(text, name, arguments);
            if (safe && of instanceof Value.Text && !KEEP_SAFE.contains(name)) {
              throw new TemplateFailure(
                  "'%s' of a text that is marked as safe is not supported".formatted(name));
            }
            yield safe && of instanceof Value.Text(String kept, boolean _)
                ? new Value.Text(kept, true)
                : of;
          }
          case Value.Mapping(Map<Value, Value> entries) -> ofMapping(entries, name, arguments);
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
    if (result instanceof Value.Text(String text, boolean _)) {
      limits.text(text.length());
    }
    return result;
  }

  private static TemplateFailure unknown(Value on, String name) {
    return new TemplateFailure("the method '%s' of %s is not supported".formatted(name, on.kind()));
  }

  private Value ofText(String text, String name, Arguments given) throws TemplateFailure {
    return switch (name) {
      case "strip", "lstrip", "rstrip" -> {
        given.allow(1);
        Value set = given.orElse(0, "", new Value.None());
        boolean left = !name.equals("rstrip");
        yield new Value.Text(PythonText.stripped(text, set, left, !name.equals("lstrip")));
      }
      case "startswith", "endswith" -> affixed(text, given, name.equals("startswith"));
      case "split", "rsplit" -> TextParts.split(text, given, name.equals("rsplit"));
      case "splitlines" -> {
        given.allow(1, "keepends");
        List<String> lines = lines(text, given.flag(0, "keepends", false));
        yield new Value.Sequence(lines.stream().<Value>map(Value.Text::new).toList());
      }
      case "partition", "rpartition" -> TextParts.partition(text, given, name.equals("partition"));
      case "replace" -> {
        given.allow(3, "count");
        String by = given.text(1, "new");
        yield replaced(text, given.text(0, "old"), by, given.whole(2, "count", -1));
      }
      case "join" -> {
        given.allow(1);
        yield joined(text, given.required(0, "iterable"));
      }
      case "find", "rfind", "index", "rindex" -> TextParts.find(text, name, given);
      case "count" -> {
        given.allow(3);
        yield new Value.Whole(occurrences(TextParts.window(text, given), given.text(0, "sub")));
      }
      case "removeprefix", "removesuffix" -> {
        given.allow(1);
        String affix = given.text(0, "affix");
        yield new Value.Text(
            name.equals("removeprefix")
                ? text.startsWith(affix) ? text.substring(affix.length()) : text
                : text.endsWith(affix) ? text.substring(0, text.length() - affix.length()) : text);
      }
      case "center", "ljust", "rjust", "zfill" -> new Value.Text(padded(text, name, given));
      case "format" -> new PythonFormat(limits).byFields(text, given);
      default -> cased(text, name, given);
    };
  }

  private static Value cased(String text, String name, Arguments given) throws TemplateFailure {
    given.allow(0);
    return switch (name) {
      case "upper" -> new Value.Text(text.toUpperCase(Locale.ROOT));
      case "lower", "casefold" -> new Value.Text(text.toLowerCase(Locale.ROOT));
      case "capitalize" -> new Value.Text(capitalized(text));
      case "title" -> new Value.Text(titled(text));
      case "swapcase" -> new Value.Text(swapped(text));
      case "isdigit", "isdecimal", "isnumeric" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PythonText::isSpace);
      case "isascii" -> new Value.Truth(text.chars().allMatch(code -> code < 128));
      case "isupper" -> new Value.Truth(ValueTests.hasCase(text, text.toUpperCase(Locale.ROOT)));
      case "islower" -> new Value.Truth(ValueTests.hasCase(text, text.toLowerCase(Locale.ROOT)));
      case "istitle" -> new Value.Truth(ValueTests.hasCase(text, titled(text)));
      default -> throw unknown(new Value.Text(text), name);
    };
  }

  private static Value all(String text, IntPredicate holds) {
    return new Value.Truth(!text.isEmpty() && text.codePoints().allMatch(holds));
  }

  private static String swapped(String text) {
    StringBuilder swapped = new StringBuilder();
    text.codePoints()
        .forEach(code ->
            swapped.appendCodePoint(
                Character.isUpperCase(code)
                    ? Character.toLowerCase(code)
                    : Character.toUpperCase(code)));
    return swapped.toString();
  }

  private static Value affixed(String text, Arguments given, boolean start) throws TemplateFailure {
    given.allow(3);
    String window = TextParts.window(text, given);
    Value affix = given.required(0, "affix");
    List<Value> all =
        affix instanceof Value.Sequence(List<Value> items, boolean tuple) && tuple
            ? items
            : List.of(affix);
    for (Value one : all) {
      if (!(one instanceof Value.Text(String part, boolean _))) {
        throw new TemplateFailure(
            "'%s' needs a string, found %s".formatted(given.function(), one.kind()));
      }
      if (start ? window.startsWith(part) : window.endsWith(part)) {
        return new Value.Truth(true);
      }
    }
    return new Value.Truth(false);
  }

  private String padded(String text, String name, Arguments given) throws TemplateFailure {
    given.allow(2);
    int missing = given.whole(0, "width", 0) - PythonText.length(text);
    if (missing <= 0) {
      return text;
    }
    limits.text(missing);
    if (name.equals("zfill")) {
      boolean signed = text.startsWith("-") || text.startsWith("+");
      String sign = signed ? text.substring(0, 1) : "";
      return sign + "0".repeat(missing) + text.substring(sign.length());
    }
    String fill = given.has(1, "fill") ? given.text(1, "fill") : " ";
    int width = given.whole(0, "width", 0);
    int left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }

  /** The lines of a text, as Python sees them. */
  static List<String> lines(String text, boolean withEnds) {
    List<String> lines = new ArrayList<>();
    Matcher line = LINE.matcher(text);
    while (line.find() && !line.group().isEmpty()) {
      lines.add(withEnds ? line.group() : line.group(1));
    }
    return lines;
  }

  Value formatted(String format, Value given) throws TemplateFailure {
    return new PythonFormat(limits).byPercent(format, given);
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

  Value replaced(String text, String old, String by, int most) throws TemplateFailure {
    if (old.isEmpty()) {
      throw new TemplateFailure("'replace' of an empty string is not supported");
    }
    if (most < 0) {
      limits.text(text.length() + occurrences(text, old) * (long) (by.length() - old.length()));
      return new Value.Text(text.replace(old, by));
    }
    StringBuilder replaced = new StringBuilder();
    int from = 0;
    int at = text.indexOf(old);
    for (int i = 0; i < most && at >= 0; i++) {
      replaced.append(text, from, at).append(by);
      from = at + old.length();
      at = text.indexOf(old, from);
      limits.text(by.length());
    }
    return new Value.Text(replaced.append(text.substring(from)).toString());
  }

  private static long occurrences(String text, String part) {
    if (part.isEmpty()) {
      return PythonText.length(text) + 1L;
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
      if (!(item instanceof Value.Text(String part, boolean safe)) || safe) {
        throw new TemplateFailure("'join' needs strings, found " + item.kind());
      }
      parts.add(part);
      length += parts.getLast().length() + (long) separator.length();
      if (length > Limits.MAX_TEXT_LENGTH) {
        break;
      }
    }
    limits.text(length);
    return new Value.Text(String.join(separator, parts));
  }

  private static Value ofMapping(Map<Value, Value> entries, String name, Arguments arguments)
      throws TemplateFailure {
    return switch (name) {
      case "items" -> {
        arguments.allow(0);
        yield Iteration.entries(entries);
      }
      case "keys" -> {
        arguments.allow(0);
        yield new Value.Sequence(List.copyOf(entries.keySet()));
      }
      case "values" -> {
        arguments.allow(0);
        yield new Value.Sequence(List.copyOf(entries.values()));
      }
      case "get" -> {
        arguments.allow(2);
        Value found = new Value.Mapping(entries).get(arguments.required(0, "key"));
        yield found instanceof Value.Undefined
            ? arguments.orElse(1, "default", new Value.None())
            : found;
      }
      case "copy" -> {
        arguments.allow(0);
        yield new Value.Mapping(entries);
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
    if (name.equals("index")) {
      Value wanted = arguments.required(0, "value");
      for (int i = 0; i < items.size(); i++) {
        if (Operators.equal(items.get(i), wanted)) {
          return new Value.Whole(i);
        }
      }
      throw new TemplateFailure("'index' of a value that is not in the list");
    }
    throw unknown(new Value.Sequence(items), name);
  }
}
