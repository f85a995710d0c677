package io.github.puzzle4j.blocklib.template;

import java.util.List;

/** A statement of a template. */
sealed interface Statement {

  /** Name of the text of a block within the expression that filters it; no template can use it. */
  String BODY = " body";

  /**
   * What a value is assigned to: a name, or several that it is divided among.
   *
   * @param parts empty for a name
   */
  record Target(String name, List<Target> parts) {}

  /** Line in the template, starting at 1. */
  int line();

  /** Text outside of tags. */
  record Data(int line, String text) implements Statement {}

  record Output(int line, Expression value) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(int line, Expression condition, List<Statement> body) {}

  record For(
      int line,
      List<Target> targets,
      Expression of,
      Expression condition,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Set(int line, List<Target> targets, Expression value) implements Statement {}

  record SetAttribute(int line, String namespace, String attribute, Expression value)
      implements Statement {}

  /**
   * {@code {% set x %}..{% endset %}}.
   *
   * @param value of the body, whose name is {@link #BODY}
   */
  record Capture(int line, String target, Expression value, List<Statement> body)
      implements Statement {}

  /**
   * {@code {% macro %}}, or the caller of a call block.
   *
   * @param variadic whether its body uses {@code varargs}
   * @param keyed whether its body uses {@code kwargs}
   */
  record Macro(
      int line,
      String name,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body,
      boolean variadic,
      boolean keyed)
      implements Statement {}

  /** {@code {% call(x) macro(..) %}..{% endcall %}}. */
  record CallBlock(int line, Macro caller, Expression.Call call) implements Statement {}

  /**
   * {@code {% filter upper %}..{% endfilter %}}.
   *
   * @param filtered of the body, whose name is {@link #BODY}
   */
  record FilterBlock(int line, Expression filtered, List<Statement> body) implements Statement {}

  /** {@code {% with a = 1 %}..{% endwith %}}. */
  record With(int line, List<String> names, List<Expression> values, List<Statement> body)
      implements Statement {}

  /** A block that Transformers uses to mark assistant output; it renders as its body. */
  record Generation(int line, List<Statement> body) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}
}
