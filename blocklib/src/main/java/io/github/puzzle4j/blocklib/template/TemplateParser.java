package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses the statements of a template; rejects unknown tags. */
final class TemplateParser {

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private TemplateParser(TokenStream tokens) {
    this.tokens = tokens;
    expressions = new ExpressionParser(tokens);
  }

  /**
   * Parses a whole template.
   *
   * @param name for error messages
   * @throws InvalidInputException if it is invalid or uses an unsupported construct
   */
  static List<Statement> parse(String name, String source) throws InvalidInputException {
    TokenStream tokens = new TokenStream(name, Lexer.tokens(name, source));
    TemplateParser parser = new TemplateParser(tokens);
    List<Statement> statements = parser.until(Set.of());
    tokens.expect(Token.Kind.END);
    return statements;
  }

  /** Parses statements up to one of these tags, whose name is the next token, or up to the end. */
  private List<Statement> until(Set<String> ends) throws InvalidInputException {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.sees(Token.Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(token.line(), token.text()));
        case OUTPUT_BEGIN -> {
          statements.add(new Statement.Output(token.line(), expressions.withCommas()));
          tokens.expect(Token.Kind.OUTPUT_END);
        }
        case TAG_BEGIN -> {
          if (tokens.sees(Token.Kind.NAME) && ends.contains(tokens.peek().text())) {
            tokens.leave();
            return List.copyOf(statements);
          }
          statements.add(tag(token.line()));
        }
        case OUTPUT_END, TAG_END, NAME, STRING, WHOLE, REAL, OPERATOR, END ->
            throw tokens.wrong("unexpected " + token.described());
      }
    }
    if (!ends.isEmpty()) {
      throw tokens.wrong(
          "the tag %s is missing".formatted(String.join(" or ", ends.stream().sorted().toList())));
    }
    tokens.leave();
    return List.copyOf(statements);
  }

  private Statement tag(int line) throws InvalidInputException {
    String name = tokens.expectName();
    return switch (name) {
      case "if" -> conditional(line);
      case "for" -> loop(line);
      case "set" -> assignment(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "filter" -> {
        Expression filtered = filters(new Expression.Name(Statement.BODY));
        endTag();
        yield new Statement.FilterBlock(line, filtered, body("endfilter"));
      }
      case "with" -> with(line);
      case "block" -> {
        tokens.expectName();
        endTag();
        List<Statement> body = until(Set.of("endblock"));
        tokens.next();
        if (tokens.sees(Token.Kind.NAME)) {
          tokens.next();
        }
        endTag();
        yield new Statement.With(line, List.of(), List.of(), body);
      }
      case "generation" -> {
        endTag();
        yield new Statement.Generation(line, body("endgeneration"));
      }
      case "break" -> {
        requireLoop(name);
        endTag();
        yield new Statement.Break(line);
      }
      case "continue" -> {
        requireLoop(name);
        endTag();
        yield new Statement.Continue(line);
      }
      default -> throw tokens.wrong("the tag '%s' is not supported".formatted(name));
    };
  }

  private void requireLoop(String name) throws InvalidInputException {
    if (loops == 0) {
      throw tokens.wrong("'%s' outside of a loop".formatted(name));
    }
  }

  private void endTag() throws InvalidInputException {
    tokens.expect(Token.Kind.TAG_END);
  }

  /** Parses statements up to and including an end tag. */
  private List<Statement> body(String end) throws InvalidInputException {
    List<Statement> body = until(Set.of(end));
    tokens.next();
    endTag();
    return body;
  }

  private Statement conditional(int line) throws InvalidInputException {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    Expression condition = expressions.withCommas();
    int begun = line;
    while (true) {
      endTag();
      List<Statement> body = until(Set.of("elif", "else", "endif"));
      branches.add(new Statement.Branch(begun, condition, body));
      begun = tokens.peek().line();
      String next = tokens.expectName();
      if (next.equals("elif")) {
        condition = expressions.withCommas();
        continue;
      }
      endTag();
      if (next.equals("else")) {
        otherwise = body("endif");
      }
      return new Statement.If(line, branches, otherwise);
    }
  }

  private Statement loop(int line) throws InvalidInputException {
    List<Statement.Target> targets = targets();
    if (!tokens.skipName("in")) {
      throw tokens.wrong("expected 'in', not " + tokens.peek().described());
    }
    Expression of = expressions.or();
    Expression condition = new Expression.Constant(new Value.Truth(true));
    if (tokens.skipName("if")) {
      condition = expressions.expression();
    }
    boolean recursive = tokens.skipName("recursive");
    endTag();
    loops++;
    List<Statement> body = until(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    String next = tokens.expectName();
    endTag();
    if (next.equals("else")) {
      otherwise = body("endfor");
    }
    return new Statement.For(line, targets, of, condition, recursive, body, otherwise);
  }

  private List<Statement.Target> targets() throws InvalidInputException {
    tokens.enter();
    List<Statement.Target> targets = new ArrayList<>();
    do {
      if (tokens.skipOperator("(")) {
        targets.add(new Statement.Target("", targets()));
        tokens.expectOperator(")");
      } else {
        targets.add(new Statement.Target(tokens.expectName(), List.of()));
      }
    } while (tokens.skipOperator(","));
    tokens.leave();
    return targets;
  }

  private Statement assignment(int line) throws InvalidInputException {
    if (tokens.peek(1).is(Token.Kind.OPERATOR, ".")) {
      String namespace = tokens.expectName();
      tokens.next();
      String attribute = tokens.expectName();
      tokens.expectOperator("=");
      Expression value = expressions.withCommas();
      endTag();
      return new Statement.SetAttribute(line, namespace, attribute, value);
    }
    List<Statement.Target> targets = targets();
    if (tokens.skipOperator("=")) {
      Expression value = expressions.withCommas();
      endTag();
      return new Statement.Set(line, targets, value);
    }
    if (targets.size() > 1 || !targets.getFirst().parts().isEmpty()) {
      throw tokens.wrong("expected '='");
    }
    Expression value = new Expression.Name(Statement.BODY);
    if (tokens.skipOperator("|")) {
      value = filters(value);
    }
    endTag();
    return new Statement.Capture(line, targets.getFirst().name(), value, body("endset"));
  }

  /** Parses filters, of which the first follows without a bar. */
  private Expression filters(Expression of) throws InvalidInputException {
    Expression value = expressions.filter(of);
    while (tokens.skipOperator("|")) {
      value = expressions.filter(value);
    }
    return value;
  }

  private Statement with(int line) throws InvalidInputException {
    List<String> names = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.sees(Token.Kind.TAG_END)) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      names.add(tokens.expectName());
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    endTag();
    return new Statement.With(line, names, values, body("endwith"));
  }

  private Statement callBlock(int line) throws InvalidInputException {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (tokens.seesOperator("(")) {
      parameters(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw tokens.wrong("'call' needs a call of a macro");
    }
    endTag();
    return new Statement.CallBlock(
        line, functionBody(line, "caller", parameters, defaults, "endcall"), call);
  }

  private Statement macro(int line) throws InvalidInputException {
    String name = tokens.expectName();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    parameters(parameters, defaults);
    endTag();
    return functionBody(line, name, parameters, defaults, "endmacro");
  }

  private void parameters(List<String> parameters, List<Expression> defaults)
      throws InvalidInputException {
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(tokens.expectName());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.wrong("a parameter without a default follows one with a default");
      }
    }
  }

  private Statement.Macro functionBody(
      int line, String name, List<String> parameters, List<Expression> defaults, String end)
      throws InvalidInputException {
    int outside = loops;
    loops = 0;
    int begun = tokens.place();
    List<Statement> body = body(end);
    loops = outside;
    return new Statement.Macro(
        line,
        name,
        parameters,
        defaults,
        body,
        tokens.named("varargs", begun),
        tokens.named("kwargs", begun));
  }
}
