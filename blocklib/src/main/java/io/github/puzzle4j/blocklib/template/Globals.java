package io.github.puzzle4j.blocklib.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The built-in functions. */
final class Globals {

  private final LocalDateTime now;

  /**
   * @param now result of {@code strftime_now}
   */
  Globals(LocalDateTime now) {
    this.now = now;
  }

  Scope scope() {
    Scope scope = new Scope(null);
    define(scope, "namespace", Globals::namespace);
    define(scope, "dict", arguments -> Value.Mapping.named(named(arguments)));
    define(scope, "range", Globals::range);
    define(scope, "joiner", Globals::joiner);
    define(scope, "strftime_now", this::date);
    define(
        scope,
        "raise_exception",
        arguments -> {
          throw new TemplateFailure(
              "the template raised an error: " + arguments.text(0, "message"));
        });
    return scope;
  }

  private static void define(Scope scope, String name, Value.Body body) {
    scope.set(name, new Value.Function(name, body));
  }

  private static Value namespace(Arguments arguments) throws TemplateFailure {
    return new Value.Namespace(new HashMap<>(named(arguments)));
  }

  /** A function that returns a separator, except the first time. */
  private static Value joiner(Arguments arguments) throws TemplateFailure {
    arguments.allow(1, "sep");
    Value separator = arguments.orElse(0, "sep", new Value.Text(", "));
    boolean[] used = {false};
    return new Value.Function(
        "joiner",
        given -> {
          Value text = used[0] ? separator : new Value.Text("");
          used[0] = true;
          return text;
        });
  }

  private static Map<String, Value> named(Arguments arguments) throws TemplateFailure {
    arguments.allow(1, arguments.named().keySet().toArray(String[]::new));
    Map<String, Value> named = new LinkedHashMap<>();
    if (!arguments.positional().isEmpty()) {
      if (!(arguments.required(0, "mapping") instanceof Value.Mapping(Map<Value, Value> entries))) {
        throw new TemplateFailure("'%s' needs a mapping".formatted(arguments.function()));
      }
      for (Map.Entry<Value, Value> entry : entries.entrySet()) {
        named.put(PythonText.of(entry.getKey()), entry.getValue());
      }
    }
    named.putAll(arguments.named());
    return named;
  }

  private static Value range(Arguments arguments) throws TemplateFailure {
    arguments.allow(3);
    boolean one = arguments.positional().size() == 1;
    int start = one ? 0 : arguments.whole(0, "start", 0);
    int end = arguments.whole(one ? 0 : 1, "stop", 0);
    int step = arguments.whole(2, "step", 1);
    if (step == 0) {
      throw new TemplateFailure("the step of a range is zero");
    }
    List<Value> numbers = new ArrayList<>();
    for (long i = start; step > 0 ? i < end : i > end; i += step) {
      numbers.add(new Value.Whole(i));
      if (numbers.size() > Limits.MAX_RANGE) {
        throw new TemplateFailure("a range has more than %d numbers".formatted(Limits.MAX_RANGE));
      }
    }
    return new Value.Sequence(numbers);
  }

  private Value date(Arguments arguments) throws TemplateFailure {
    arguments.allow(1);
    String format = arguments.text(0, "format");
    StringBuilder date = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      if (format.charAt(i) != '%') {
        date.append(format.charAt(i));
      } else {
        i++;
        boolean bare = format.startsWith("-", i);
        i += bare ? 1 : 0;
        String field = field(i < format.length() ? format.charAt(i) : ' ');
        date.append(bare ? field.replaceFirst("^0+(?=.)", "") : field);
      }
    }
    return new Value.Text(date.toString());
  }

  private String field(char name) throws TemplateFailure {
    if (name == '%') {
      return "%";
    }
    if (name == 'e') {
      return "%2d".formatted(now.getDayOfMonth());
    }
    String pattern =
        switch (name) {
          case 'd' -> "dd";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'm' -> "MM";
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'A' -> "EEEE";
          case 'a' -> "EEE";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case 'D' -> "MM/dd/yy";
          case 'R' -> "HH:mm";
          default ->
              throw new TemplateFailure("the date format '%%%s' is not supported".formatted(name));
        };
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
  }
}
