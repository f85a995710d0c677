package io.github.puzzle4j.blocklib.template;

/** An error during parsing or evaluation; callers add the line. */
final class TemplateFailure extends Exception {

  private static final long serialVersionUID = 1;

  TemplateFailure(String message) {
    super(message);
  }
}
