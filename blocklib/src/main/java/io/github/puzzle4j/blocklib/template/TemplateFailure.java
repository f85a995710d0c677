package io.github.puzzle4j.blocklib.template;

/** What is wrong while a template is evaluated; where is known to whoever evaluates it. */
final class TemplateFailure extends Exception {

  private static final long serialVersionUID = 1;

  TemplateFailure(String message) {
    super(message);
  }
}
