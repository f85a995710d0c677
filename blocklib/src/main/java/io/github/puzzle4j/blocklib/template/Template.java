package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/**
 * A template in Jinja's language, as far as chat templates use it. Tags, filters, tests, functions
 * and methods that are not known are refused by name, never passed over. A template reaches the
 * values that it is given and nothing else; time and memory are bounded.
 */
final class Template {

  /** What {@code strftime_now} tells: the same every day, so that a corpus stays the same. */
  static final LocalDateTime DAY = LocalDateTime.of(2024, 7, 26, 12, 0);

  /** Far over any chat template. */
  private static final int LONGEST = 1 << 20;

  private final String name;
  private final List<Statement> statements;

  private Template(String name, List<Statement> statements) {
    this.name = name;
    this.statements = statements;
  }

  /**
   * Reads a template.
   *
   * @param name of the file, for messages
   * @throws InvalidInputException if it is no template or needs what is not supported, with its
   *     line
   */
  static Template parse(String name, String source) throws InvalidInputException {
    if (source.length() > LONGEST) {
      throw new InvalidInputException(
          "%s: %d characters are too many for a chat template".formatted(name, source.length()));
    }
    return new Template(name, TemplateParser.parse(name, source));
  }

  /**
   * The text that the template makes of these values.
   *
   * @throws InvalidInputException if the template refuses them, uses them in a way that is not
   *     supported or takes too long, with its line
   */
  String render(Map<String, Value> values) throws InvalidInputException {
    Scope scope = new Scope(new Globals(DAY).scope());
    values.forEach(scope::set);
    Renderer renderer = new Renderer();
    try {
      return renderer.render(statements, scope);
    } catch (TemplateFailure failure) {
      throw new InvalidInputException(
          "%s, line %d: %s".formatted(name, renderer.line(), failure.getMessage()), failure);
    }
  }
}
