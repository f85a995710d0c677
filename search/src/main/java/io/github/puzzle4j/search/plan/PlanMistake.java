package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.solver.json.NearestName;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Describes a failure to bind a plan in one line for the user.
 *
 * @param plan the plan as it was written
 */
record PlanMistake(PlanTree plan) {

  private static final Pattern MISSING = Pattern.compile("creator property '([^']+)'");

  String describe(JacksonException failure) {
    String path = path(failure.getPath());
    if (failure instanceof PropertyBindingException unknown) {
      return unknown(path, hint(unknown, path.contains(".")));
    }
    if (failure instanceof ValueInstantiationException
        && failure.getCause() instanceof Require.BadValue bad) {
      String full = child(path, bad.key());
      return at(full, full + " " + bad.getMessage());
    }
    if (failure instanceof ValueInstantiationException
        && failure.getCause() instanceof IllegalArgumentException bad) {
      return at(path, path + " " + startingWithVerb(bad.getMessage()));
    }
    if (failure instanceof InvalidFormatException own && own.getValue() instanceof JsonNode) {
      return at(path, path + " " + startingWithVerb(failure.getOriginalMessage()));
    }
    return switch (failure) {
      case InputCoercionException number -> mistyped(path, number.getTargetType());
      case MismatchedInputException mismatch -> {
        Matcher missing = MISSING.matcher(String.valueOf(failure.getOriginalMessage()));
        yield missing.find()
            ? lacking(path, missing.group(1), failure.getPath().getLast().from())
            : mistyped(path, mismatch.getTargetType());
      }
      default -> at(path, "%s: %s".formatted(path, failure.getOriginalMessage()));
    };
  }

  private String mistyped(String path, @Nullable Class<?> type) {
    JsonNode node = plan.root().at(pointer(path));
    return node.isNull()
        ? at(path, path + " has no value")
        : at(path, "%s must be %s, not %s".formatted(path, wanted(type), found(node)));
  }

  /** A missing key may be misspelt; then the misspelling is reported. */
  private String lacking(String path, String key, @Nullable Object section) {
    if (plan.places().containsKey(path)) {
      return at(path, path + " has no value");
    }
    String parent = path.equals(key) ? "" : path.substring(0, path.length() - key.length() - 1);
    List<String> known =
        section instanceof Class<?> type && type.isRecord()
            ? Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList()
            : List.of(key);
    return plan.root().at(pointer(parent)).propertyNames().stream()
        .filter(written -> !known.contains(written))
        .findFirst()
        .map(written -> unknown(child(parent, written), NearestName.hint(written, known)))
        .orElseGet(() -> at(path, "the key '%s' is missing".formatted(path)));
  }

  private String unknown(String path, String hint) {
    return at(path, "unknown key '%s'; %s".formatted(path, hint));
  }

  private String at(String path, String message) {
    return plan.place(path) + ": " + message;
  }

  /** Messages of values begin with "must" or "unknown ...", so they can follow the path. */
  private static String startingWithVerb(@Nullable String message) {
    String text = String.valueOf(message);
    return text.startsWith("must ") ? text : "is wrong: " + text;
  }

  private static String hint(PropertyBindingException unknown, boolean inSection) {
    @Nullable Collection<Object> known = unknown.getKnownPropertyIds();
    List<String> names =
        new ArrayList<>(known == null ? List.of() : known.stream().map(String::valueOf).toList());
    if (!inSection) {
      names.add(SweepReader.KEY);
    }
    return NearestName.hint(unknown.getPropertyName(), names);
  }

  private static String wanted(@Nullable Class<?> type) {
    if (type == int.class || type == long.class || type == Integer.class) {
      return "a whole number";
    }
    if (type == double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    return type != null && Collection.class.isAssignableFrom(type)
        ? "a list"
        : "a section with keys of its own";
  }

  private static String found(JsonNode node) {
    if (node.isContainer()) {
      return node.isObject() ? "a section" : "a list";
    }
    return "'%s'".formatted(shortened(node.asString()));
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private static String pointer(String path) {
    return path.isEmpty() ? "" : "/" + path.replaceAll("\\[(\\d+)]", "/$1").replace('.', '/');
  }

  private static String path(List<JacksonException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference reference : references) {
      if (reference.getPropertyName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
      }
    }
    return path.toString();
  }

  private static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
