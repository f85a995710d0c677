package io.github.puzzle4j.blocklib.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Methods of Python's strings that divide or search them; places are counted in code points. */
final class TextParts {

  private TextParts() {}

  /** The part of a text that the arguments after the first one select. */
  static String window(String text, Arguments given) throws TemplateFailure {
    if (!given.has(1, "start")) {
      return text;
    }
    Value none = new Value.None();
    Value start = given.orElse(1, "start", none);
    Value end = given.orElse(2, "end", none);
    return PythonText.of(Iteration.slice(new Value.Text(text), start, end, none));
  }

  static Value find(String text, String name, Arguments given) throws TemplateFailure {
    given.allow(3);
    String window = window(text, given);
    String part = given.text(0, "sub");
    int at = name.startsWith("r") ? window.lastIndexOf(part) : window.indexOf(part);
    if (at < 0 && name.endsWith("index")) {
      throw new TemplateFailure("'%s' of a text that is not there".formatted(name));
    }
    int before = 0;
    if (given.has(1, "start")) {
      Value start = given.required(1, "start");
      Value none = new Value.None();
      before =
          PythonText.length(
              PythonText.of(Iteration.slice(new Value.Text(text), none, start, none)));
    }
    return new Value.Whole(at < 0 ? -1 : before + window.codePointCount(0, at));
  }

  static Value partition(String text, Arguments given, boolean first) throws TemplateFailure {
    given.allow(1);
    String separator = given.text(0, "sep");
    if (separator.isEmpty()) {
      throw new TemplateFailure("'partition' needs a separator that is not empty");
    }
    int at = first ? text.indexOf(separator) : text.lastIndexOf(separator);
    List<String> parts =
        at < 0
            ? first ? List.of(text, "", "") : List.of("", "", text)
            : List.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    return new Value.Sequence(parts.stream().<Value>map(Value.Text::new).toList(), true);
  }

  static Value split(String text, Arguments given, boolean fromRight) throws TemplateFailure {
    given.allow(2, "sep", "maxsplit");
    int most = given.whole(1, "maxsplit", -1);
    boolean atSpaces = given.orElse(0, "sep", new Value.None()) instanceof Value.None;
    if (!atSpaces && given.text(0, "sep").isEmpty()) {
      throw new TemplateFailure("'split' needs a separator that is not empty");
    }
    String separator = atSpaces ? "" : given.text(0, "sep");
    List<Value> parts = new ArrayList<>();
    String rest = atSpaces ? trimmed(text, fromRight) : text;
    while (most < 0 || parts.size() < most) {
      int at =
          atSpaces
              ? space(rest, fromRight)
              : fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      int width = atSpaces ? 1 : separator.length();
      parts.add(new Value.Text(fromRight ? rest.substring(at + width) : rest.substring(0, at)));
      rest = fromRight ? rest.substring(0, at) : rest.substring(at + width);
      rest = atSpaces ? trimmed(rest, fromRight) : rest;
    }
    if (!atSpaces || !rest.isEmpty()) {
      parts.add(new Value.Text(rest));
    }
    if (fromRight) {
      Collections.reverse(parts);
    }
    return new Value.Sequence(parts);
  }

  /** Without the whitespace at the end at which splitting begins. */
  private static String trimmed(String text, boolean fromRight) throws TemplateFailure {
    return PythonText.stripped(text, new Value.None(), !fromRight, fromRight);
  }

  private static int space(String text, boolean fromRight) {
    for (int i = 0; i < text.length(); i++) {
      int at = fromRight ? text.length() - 1 - i : i;
      if (PythonText.isSpace(text.charAt(at))) {
        return at;
      }
    }
    return -1;
  }
}
