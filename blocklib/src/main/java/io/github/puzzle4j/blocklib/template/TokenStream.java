package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.List;

/** The tokens of a template, with a read position. */
final class TokenStream {

  /** Maximum nesting depth; deeper templates would overflow the stack. */
  private static final int MAX_DEPTH = 100;

  private final String name;
  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(String name, List<Token> tokens) {
    this.name = name;
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  /** Position of the next token. */
  int place() {
    return at;
  }

  /** Whether a name is used from a position up to here. */
  boolean named(String name, int from) {
    return tokens.subList(from, at).stream().anyMatch(it -> it.is(Token.Kind.NAME, name));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean sees(Token.Kind kind) {
    return peek().kind() == kind;
  }

  boolean seesOperator(String operator) {
    return peek().is(Token.Kind.OPERATOR, operator);
  }

  boolean seesName(String name) {
    return peek().is(Token.Kind.NAME, name);
  }

  boolean skipOperator(String operator) {
    boolean there = seesOperator(operator);
    if (there) {
      next();
    }
    return there;
  }

  boolean skipName(String name) {
    boolean there = seesName(name);
    if (there) {
      next();
    }
    return there;
  }

  void expectOperator(String operator) throws InvalidInputException {
    if (!skipOperator(operator)) {
      throw wrong("expected '%s', not %s".formatted(operator, peek().described()));
    }
  }

  String expectName() throws InvalidInputException {
    if (!sees(Token.Kind.NAME)) {
      throw wrong("expected a name, not " + peek().described());
    }
    return next().text();
  }

  void expect(Token.Kind kind) throws InvalidInputException {
    if (!sees(kind)) {
      throw wrong("%s is unexpected here".formatted(peek().described()));
    }
    next();
  }

  void enter() throws InvalidInputException {
    if (++depth > MAX_DEPTH) {
      throw wrong("nested more than %d deep".formatted(MAX_DEPTH));
    }
  }

  void leave() {
    depth--;
  }

  InvalidInputException wrong(String message) {
    return new InvalidInputException("%s, line %d: %s".formatted(name, peek().line(), message));
  }
}
