package io.github.puzzle4j.blocklib;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what is wrong with JSON in words for users, not in those of the parser. */
final class JsonProblem {

  private static final Pattern TOKEN = Pattern.compile("Unrecognized token '([^']{0,60}).*");
  private static final Pattern CHARACTER = Pattern.compile("Unexpected character \\(('.').*");
  private static final Pattern MISSING =
      Pattern.compile("Missing required creator property '([^']+)'.*");
  private static final Pattern NULL =
      Pattern.compile("Null value for creator property '([^']+)'.*");
  private static final Pattern SHAPE = Pattern.compile("Cannot deserialize .* from (\\w+) value.*");
  private static final Pattern COERCED =
      Pattern.compile("Cannot coerce [\\w -]+ value \\((.*)\\) to .*");

  private static final Map<String, String> SHAPES =
      Map.of(
          "Array", "a list",
          "Object", "an object",
          "String", "a string",
          "Integer", "a number",
          "Float", "a number",
          "Boolean", "true or false",
          "Floating-point", "a number");

  private JsonProblem() {}

  static String describe(JacksonException failure) {
    if (failure instanceof UnrecognizedPropertyException unknown) {
      return "unknown key '%s'; there are %s"
          .formatted(unknown.getPropertyName(), unknown.getKnownPropertyIds());
    }
    String message = String.valueOf(failure.getOriginalMessage()).lines().findFirst().orElse("");
    return switch (failure) {
      case MismatchedInputException mismatch -> mismatch(message, mismatch.getTargetType());
      case InputCoercionException coercion -> mismatch(message, coercion.getTargetType());
      default -> syntax(message);
    };
  }

  private static String mismatch(String message, @Nullable Class<?> type) {
    Matcher missing = MISSING.matcher(message);
    if (missing.matches()) {
      return "the key '%s' is missing".formatted(missing.group(1));
    }
    Matcher without = NULL.matcher(message);
    if (without.matches()) {
      return "the key '%s' has no value".formatted(without.group(1));
    }
    Matcher shape = SHAPE.matcher(message);
    if (shape.matches()) {
      return "must be %s, not %s"
          .formatted(wanted(type), SHAPES.getOrDefault(shape.group(1), "another value"));
    }
    Matcher coerced = COERCED.matcher(message);
    if (coerced.matches()) {
      return "must be %s, not %s".formatted(wanted(type), coerced.group(1));
    }
    if (message.startsWith("Cannot coerce empty String")) {
      return "must be %s, not an empty string".formatted(wanted(type));
    }
    if (message.startsWith("Cannot map `null`")) {
      return "Cannot map null: must be " + wanted(type);
    }
    // Advice on how to make the mapper less strict is not for users.
    return syntax(message.replaceFirst("[ ;(]+[^;(]*`DeserializationFeature.*$", ""));
  }

  private static String syntax(String message) {
    if (message.startsWith("No content to map")) {
      return "is empty";
    }
    if (message.startsWith("Unexpected end-of-input")) {
      return "Unexpected end-of-input: the text is cut off";
    }
    Matcher token = TOKEN.matcher(message);
    if (token.matches()) {
      return "'%s' is no JSON value".formatted(token.group(1));
    }
    Matcher character = CHARACTER.matcher(message);
    if (character.matches()) {
      return "unexpected character " + character.group(1);
    }
    return message.contains("CTRL-CHAR") || message.contains("control character")
        ? "a control character, which JSON does not allow here"
        : message.replaceAll("\\[Source:[^]]*]|`[^`]*`|\\(token[^)]*\\)", "").strip();
  }

  private static String wanted(@Nullable Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number (int)";
    }
    if (type == double.class || type == Double.class || type == float.class) {
      return "a number";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
  }
}
