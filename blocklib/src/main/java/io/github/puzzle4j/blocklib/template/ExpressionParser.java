package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses expressions with Jinja's operator precedence. */
final class ExpressionParser {

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Expression NONE = new Expression.Constant(new Value.None());

  private final TokenStream tokens;
  private final LiteralParser literals;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    literals = new LiteralParser(tokens, this);
  }

  /** Parses an expression; {@code a, b} without brackets is a tuple. */
  Expression withCommas() throws InvalidInputException {
    Expression first = expression();
    if (!tokens.seesOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      if (tokens.sees(Token.Kind.OUTPUT_END)
          || tokens.sees(Token.Kind.TAG_END)
          || tokens.seesOperator(")")) {
        break;
      }
      items.add(expression());
    }
    return new Expression.ListOf(items, true);
  }

  Expression expression() throws InvalidInputException {
    tokens.enter();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      Expression otherwise =
          tokens.skipName("else")
              ? expression()
              : new Expression.Constant(new Value.Undefined("else"));
      value = new Expression.Choice(condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** Parses an expression without a conditional {@code if}. */
  Expression or() throws InvalidInputException {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() throws InvalidInputException {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() throws InvalidInputException {
    if (!tokens.seesName("not")) {
      return comparison();
    }
    tokens.enter();
    tokens.next();
    Expression negated = new Expression.Not(not());
    tokens.leave();
    return negated;
  }

  private Expression comparison() throws InvalidInputException {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      if (tokens.sees(Token.Kind.OPERATOR) && COMPARISONS.contains(tokens.peek().text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (tokens.seesName("not") && tokens.peek(1).is(Token.Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      others.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
  }

  private Expression sum() throws InvalidInputException {
    Expression left = concatenation();
    while (tokens.seesOperator("+") || tokens.seesOperator("-")) {
      left = new Expression.Binary(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() throws InvalidInputException {
    Expression left = product();
    while (tokens.seesOperator("~")) {
      left = new Expression.Binary(tokens.next().text(), left, product());
    }
    return left;
  }

  private Expression product() throws InvalidInputException {
    Expression left = power();
    while (tokens.seesOperator("*")
        || tokens.seesOperator("/")
        || tokens.seesOperator("//")
        || tokens.seesOperator("%")) {
      left = new Expression.Binary(tokens.next().text(), left, power());
    }
    return left;
  }

  /** Unlike in Python, powers are joined from the left. */
  private Expression power() throws InvalidInputException {
    Expression left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expression.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) throws InvalidInputException {
    tokens.enter();
    Expression value;
    if (tokens.skipOperator("-")) {
      value = new Expression.Negative(unary(false));
    } else if (tokens.skipOperator("+")) {
      value = new Expression.Positive(unary(false));
    } else {
      value = postfix(literals.primary());
    }
    Expression filtered = withFilters ? filters(value) : value;
    tokens.leave();
    return filtered;
  }

  private Expression postfix(Expression start) throws InvalidInputException {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        value =
            tokens.sees(Token.Kind.WHOLE)
                ? new Expression.Item(value, literals.primary())
                : new Expression.Attribute(value, tokens.expectName());
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.seesOperator("(")) {
        value = new Expression.Call(value, given());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) throws InvalidInputException {
    Expression start = NONE;
    if (!tokens.seesOperator(":")) {
      start = expression();
      if (tokens.skipOperator("]")) {
        return new Expression.Item(of, start);
      }
    }
    tokens.expectOperator(":");
    Expression end = NONE;
    if (!tokens.seesOperator(":") && !tokens.seesOperator("]")) {
      end = expression();
    }
    Expression step = NONE;
    if (tokens.skipOperator(":") && !tokens.seesOperator("]")) {
      step = expression();
    }
    tokens.expectOperator("]");
    return new Expression.Slice(of, start, end, step);
  }

  private Expression filters(Expression start) throws InvalidInputException {
    Expression value = start;
    while (true) {
      if (tokens.skipOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.seesOperator("(")) {
        value = new Expression.Call(value, given());
      } else {
        return value;
      }
    }
  }

  /** Parses a filter after {@code |}. */
  Expression filter(Expression of) throws InvalidInputException {
    String name = tokens.expectName();
    Expression.CallArguments given =
        tokens.seesOperator("(") ? given() : Expression.CallArguments.NOTHING;
    return new Expression.Filter(of, name, given);
  }

  private Expression test(Expression of) throws InvalidInputException {
    boolean negated = tokens.skipName("not");
    String name = tokens.expectName();
    Expression.CallArguments given = Expression.CallArguments.NOTHING;
    if (tokens.seesOperator("(")) {
      given = given();
    } else if (beginsArgument()) {
      given = Expression.CallArguments.of(List.of(postfix(literals.primary())), List.of());
    }
    Expression test = new Expression.Test(of, name, given);
    return negated ? new Expression.Not(test) : test;
  }

  private boolean beginsArgument() {
    return switch (tokens.peek().kind()) {
      case NAME ->
          !Set.of("else", "or", "and", "if", "is", "in", "not").contains(tokens.peek().text());
      case STRING, WHOLE, REAL -> true;
      case OPERATOR -> tokens.seesOperator("[") || tokens.seesOperator("{");
      case DATA, OUTPUT_BEGIN, OUTPUT_END, TAG_BEGIN, TAG_END, END -> false;
    };
  }

  /** Parses arguments in brackets. */
  Expression.CallArguments given() throws InvalidInputException {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    List<Expression.Named> named = new ArrayList<>();
    Optional<Expression> more = Optional.empty();
    Optional<Expression> moreNamed = Optional.empty();
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.skipOperator("*")) {
        more = Optional.of(expression());
      } else if (tokens.skipOperator("**")) {
        moreNamed = Optional.of(expression());
      } else if (tokens.sees(Token.Kind.NAME) && tokens.peek(1).is(Token.Kind.OPERATOR, "=")) {
        String name = tokens.expectName();
        tokens.next();
        named.add(new Expression.Named(name, expression()));
      } else if (named.isEmpty() && more.isEmpty() && moreNamed.isEmpty()) {
        positional.add(expression());
      } else {
        throw tokens.wrong("a positional argument follows a named one");
      }
    }
    return new Expression.CallArguments(positional, named, more, moreNamed);
  }
}
