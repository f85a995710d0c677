package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parses primary expressions. */
final class LiteralParser {

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  LiteralParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** Parses a name, a literal or an expression in brackets. */
  Expression primary() throws InvalidInputException {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> name(tokens.next().text());
      case STRING -> strings();
      case WHOLE -> constant(new Value.Whole(whole(tokens.next().text())));
      case REAL -> constant(new Value.Real(Double.parseDouble(tokens.next().text())));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> bracketed();
            case "[" -> list();
            case "{" -> dict();
            default -> throw tokens.wrong("unexpected " + token.described());
          };
      case DATA, OUTPUT_BEGIN, OUTPUT_END, TAG_BEGIN, TAG_END, END ->
          throw tokens.wrong("expected a value, not " + token.described());
    };
  }

  private long whole(String digits) throws InvalidInputException {
    if (digits.matches("0[xXoObB].{1,15}")) {
      int base =
          Map.of('x', 16, 'o', 8, 'b', 2).getOrDefault(Character.toLowerCase(digits.charAt(1)), 10);
      return Long.parseLong(digits.substring(2), base);
    }
    if (digits.length() > 18) {
      throw tokens.wrong("the number %s is too large".formatted(digits));
    }
    return Long.parseLong(digits);
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> constant(new Value.Truth(true));
      case "false", "False" -> constant(new Value.Truth(false));
      case "none", "None" -> constant(new Value.None());
      default -> new Expression.Name(name);
    };
  }

  /** Parses strings; adjacent ones are concatenated. */
  private Expression strings() {
    StringBuilder text = new StringBuilder();
    while (tokens.sees(Token.Kind.STRING)) {
      text.append(tokens.next().text());
    }
    return constant(new Value.Text(text.toString()));
  }

  private static Expression constant(Value value) {
    return new Expression.Constant(value);
  }

  private Expression bracketed() throws InvalidInputException {
    tokens.next();
    if (tokens.skipOperator(")")) {
      return new Expression.ListOf(List.of(), true);
    }
    Expression inside = expressions.withCommas();
    tokens.expectOperator(")");
    return inside;
  }

  private Expression list() throws InvalidInputException {
    tokens.next();
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("]")) {
          break;
        }
      }
      items.add(expressions.expression());
    }
    return new Expression.ListOf(items, false);
  }

  private Expression dict() throws InvalidInputException {
    tokens.next();
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
    }
    return new Expression.DictOf(keys, values);
  }
}
