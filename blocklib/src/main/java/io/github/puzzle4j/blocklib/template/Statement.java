package io.github.puzzle4j.blocklib.template;

import java.util.List;

/** A statement of a template. */
sealed interface Statement {

  /** Line in the template, starting at 1. */
  int line();

  /** Text outside of tags. */
  record Data(int line, String text) implements Statement {}

  record Output(int line, Expression value) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(int line, Expression condition, List<Statement> body) {}

  record For(
      int line,
      List<String> targets,
      Expression of,
      Expression condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Set(int line, List<String> targets, Expression value) implements Statement {}

  record SetAttribute(int line, String namespace, String attribute, Expression value)
      implements Statement {}

  /** {@code {% set x %}..{% endset %}}. */
  record Capture(int line, String target, List<Statement> body) implements Statement {}

  record Macro(
      int line,
      String name,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body)
      implements Statement {}

  /** A block that Transformers uses to mark assistant output; it renders as its body. */
  record Generation(int line, List<Statement> body) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}
}
