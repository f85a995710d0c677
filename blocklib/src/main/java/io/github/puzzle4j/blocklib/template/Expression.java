package io.github.puzzle4j.blocklib.template;

import java.util.List;
import java.util.Optional;

/** An expression of a template. */
sealed interface Expression {

  record Constant(Value value) implements Expression {}

  record Name(String name) implements Expression {}

  record ListOf(List<Expression> items, boolean tuple) implements Expression {}

  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {}

  record Attribute(Expression of, String name) implements Expression {}

  record Item(Expression of, Expression index) implements Expression {}

  /** A missing bound is the constant {@code none}. */
  record Slice(Expression of, Expression start, Expression end, Expression step)
      implements Expression {}

  record Call(Expression function, CallArguments given) implements Expression {}

  record Filter(Expression of, String name, CallArguments given) implements Expression {}

  record Test(Expression of, String name, CallArguments given) implements Expression {}

  record Not(Expression of) implements Expression {}

  record Negative(Expression of) implements Expression {}

  record Positive(Expression of) implements Expression {}

  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code a < b <= c}: each side is evaluated once. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  record Choice(Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  /**
   * The arguments of a call.
   *
   * @param more a list of further ones, after {@code *}
   * @param moreNamed a mapping of further named ones, after {@code **}
   */
  record CallArguments(
      List<Expression> positional,
      List<Named> named,
      Optional<Expression> more,
      Optional<Expression> moreNamed) {

    static final CallArguments NOTHING = of(List.of(), List.of());

    static CallArguments of(List<Expression> positional, List<Named> named) {
      return new CallArguments(positional, named, Optional.empty(), Optional.empty());
    }
  }

  record Named(String name, Expression value) {}

  /** The value, if this is a constant. */
  default Optional<Value> constant() {
    return this instanceof Constant(Value value) ? Optional.of(value) : Optional.empty();
  }
}
