package io.github.puzzle4j.blocklib.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
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
    define(scope, "dict", arguments -> new Value.Mapping(named(arguments)));
    define(scope, "range", Globals::range);
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

  private static Map<String, Value> named(Arguments arguments) throws TemplateFailure {
    arguments.allow(0, arguments.named().keySet().toArray(String[]::new));
    return arguments.named();
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
        date.append(field(i < format.length() ? format.charAt(i) : ' '));
      }
    }
    return new Value.Text(date.toString());
  }

  private String field(char name) throws TemplateFailure {
    if (name == '%') {
      return "%";
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
          default ->
              throw new TemplateFailure("the date format '%%%s' is not supported".formatted(name));
        };
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
  }
}
