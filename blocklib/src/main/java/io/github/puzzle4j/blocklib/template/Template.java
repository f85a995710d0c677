package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/**
 * A template in the subset of Jinja that chat templates use. Unknown tags, filters, tests,
 * functions and methods are rejected with their name. A template can access only the values passed
 * to it; time and memory are limited.
 */
final class Template {

  /** Result of {@code strftime_now}: a constant, so that rendered corpora are reproducible. */
  static final LocalDateTime DAY = LocalDateTime.of(2024, 7, 26, 12, 0);

  /** Far above the length of any chat template. */
  private static final int MAX_LENGTH = 1 << 20;

  private final String name;
  private final List<Statement> statements;

  private Template(String name, List<Statement> statements) {
    this.name = name;
    this.statements = statements;
  }

  /**
   * Parses a template.
   *
   * @param name of the file, for error messages
   * @throws InvalidInputException if it is invalid or uses an unsupported construct; the message
   *     names the line
   */
  static Template parse(String name, String source) throws InvalidInputException {
    if (source.length() > MAX_LENGTH) {
      throw new InvalidInputException(
          "%s: %d characters are too many for a chat template".formatted(name, source.length()));
    }
    return new Template(name, TemplateParser.parse(name, source));
  }

  /**
   * Renders the template with these values.
   *
   * @throws InvalidInputException if the template raises an error, uses an unsupported operation or
   *     exceeds a limit; the message names the line
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
