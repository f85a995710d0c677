package io.github.puzzle4j.blocklib.template;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens, with the whitespace rules that Transformers configures: the
 * newline after a tag is dropped, blanks before a tag at the start of a line are dropped, and
 * {@code -} strips all whitespace.
 */
final class Lexer {

  private static final Pattern BEGIN = Pattern.compile("\\{([%{#])([-+]?)");
  private static final Pattern RAW = Pattern.compile("\\s*raw\\s*(-?)%\\}");
  private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
  private static final Pattern PIECE =
      Pattern.compile(
          "(?<real>\\d+(?:_\\d+)*(?:\\.\\d+(?:_\\d+)*(?:[eE][-+]?\\d+)?|[eE][-+]?\\d+))"
              + "|(?<whole>0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\\d+(?:_\\d+)*)"
              + "|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)"
              + "|(?<operator>//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}><=.:|,])");

  private final String name;
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  private Lexer(String name, String source) {
    this.name = name;
    String normal = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = normal.endsWith("\n") ? normal.substring(0, normal.length() - 1) : normal;
  }

  /** All tokens, including one for the end. */
  static List<Token> tokens(String name, String source) throws InvalidInputException {
    Lexer lexer = new Lexer(name, source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws InvalidInputException {
    Matcher begin = BEGIN.matcher(source);
    boolean lineBegins = true;
    while (begin.find(at)) {
      String data = source.substring(at, begin.start());
      data(data, trimmedEnd(data, begin.group(1), begin.group(2), lineBegins));
      at = begin.end();
      switch (begin.group(1)) {
        case "#" -> comment();
        case "%" -> {
          if (!raw()) {
            tag();
          }
        }
        default -> output();
      }
      lineBegins = source.charAt(at - 1) == '\n';
    }
    String rest = source.substring(at);
    data(rest, rest.length());
    tokens.add(new Token(Token.Kind.END, "", line));
  }

  /** Length of the text before a tag after stripping. */
  private static int trimmedEnd(String data, String opener, String sign, boolean lineBegins) {
    if (sign.equals("-")) {
      return data.stripTrailing().length();
    }
    if (sign.equals("+") || opener.equals("{")) {
      return data.length();
    }
    int start = data.lastIndexOf('\n') + 1;
    boolean opensLine = start > 0 || lineBegins;
    return opensLine && data.substring(start).isBlank() ? start : data.length();
  }

  private void data(String whole, int kept) {
    if (kept > 0) {
      tokens.add(new Token(Token.Kind.DATA, whole.substring(0, kept), line));
    }
    count(whole);
  }

  private void comment() throws InvalidInputException {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw wrong("unterminated comment");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    count(source.substring(at, end));
    at = end + 2;
    behind(sign, true);
  }

  private void tag() throws InvalidInputException {
    tokens.add(new Token(Token.Kind.TAG_BEGIN, "{%", line));
    char sign = pieces("%}");
    tokens.add(new Token(Token.Kind.TAG_END, "%}", line));
    behind(sign, true);
  }

  /** Reads a block whose text is no template, if one begins here. */
  private boolean raw() throws InvalidInputException {
    Matcher begin = RAW.matcher(source).region(at, source.length());
    if (!begin.lookingAt()) {
      return false;
    }
    Matcher end = END_RAW.matcher(source);
    if (!end.find(begin.end())) {
      throw wrong("the tag endraw is missing");
    }
    count(source.substring(at, begin.end()));
    at = begin.end();
    behind(begin.group(1).isEmpty() ? ' ' : '-', true);
    String body = source.substring(at, Math.max(at, end.start()));
    data(body, trimmedEnd(body, "%", end.group(1), false));
    count(source.substring(Math.max(at, end.start()), end.end()));
    at = end.end();
    behind(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
    return true;
  }

  private void output() throws InvalidInputException {
    tokens.add(new Token(Token.Kind.OUTPUT_BEGIN, "{{", line));
    char sign = pieces("}}");
    tokens.add(new Token(Token.Kind.OUTPUT_END, "}}", line));
    behind(sign, false);
  }

  /** Strips whitespace after a tag. */
  private void behind(char sign, boolean trimNewline) {
    int from = at;
    if (sign == '-') {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
    } else if (trimNewline && sign != '+' && source.startsWith("\n", at)) {
      at++;
    }
    count(source.substring(from, at));
  }

  /** Reads the tokens up to the end of a tag; returns the sign before it. */
  private char pieces(String end) throws InvalidInputException {
    int open = 0;
    Matcher piece = PIECE.matcher(source);
    while (true) {
      skipBlanks();
      if (at >= source.length()) {
        throw wrong("unterminated tag");
      }
      if (open == 0 && source.startsWith(end, at)) {
        at += end.length();
        return ' ';
      }
      char next = source.charAt(at);
      boolean signed = next == '-' || next == '+';
      if (open == 0 && signed && source.startsWith(end, at + 1)) {
        at += 1 + end.length();
        return next;
      }
      if (next == '\'' || next == '"') {
        string(next);
        continue;
      }
      if (!piece.region(at, source.length()).lookingAt()) {
        throw wrong("unexpected character '%s'".formatted(next));
      }
      open += piece(piece);
      at = piece.end();
    }
  }

  /** Adds a token; returns the change in bracket depth. */
  private int piece(Matcher piece) {
    String text = piece.group();
    if (piece.group("real") != null) {
      tokens.add(new Token(Token.Kind.REAL, text.replace("_", ""), line));
    } else if (piece.group("whole") != null) {
      tokens.add(new Token(Token.Kind.WHOLE, text.replace("_", ""), line));
    } else if (piece.group("name") != null) {
      tokens.add(new Token(Token.Kind.NAME, text, line));
    } else {
      tokens.add(new Token(Token.Kind.OPERATOR, text, line));
      return "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
    }
    return 0;
  }

  private void string(char quote) throws InvalidInputException {
    int begun = line;
    int from = at + 1;
    int end = from;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw wrong("unterminated string");
    }
    String raw = source.substring(from, end);
    try {
      tokens.add(new Token(Token.Kind.STRING, StringEscapes.resolved(raw), begun));
    } catch (TemplateFailure failure) {
      throw new InvalidInputException(
          "%s, line %d: %s".formatted(name, begun, failure.getMessage()), failure);
    }
    count(raw);
    at = end + 1;
  }

  private void skipBlanks() {
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      count(source.substring(at, at + 1));
      at++;
    }
  }

  private void count(String text) {
    line += (int) text.chars().filter(character -> character == '\n').count();
  }

  private InvalidInputException wrong(String message) {
    return new InvalidInputException("%s, line %d: %s".formatted(name, line, message));
  }
}
