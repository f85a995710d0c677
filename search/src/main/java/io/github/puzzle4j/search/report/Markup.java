package io.github.puzzle4j.search.report;

import java.util.Locale;

/** Writes HTML and SVG elements; text is escaped. */
final class Markup {

  private final StringBuilder text = new StringBuilder();

  /** Escapes text for element content and quoted attributes. */
  static String escape(String value) {
    StringBuilder escaped = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(character -> {
          switch (character) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\'' -> escaped.append("&#39;");
            default -> escaped.appendCodePoint(character);
          }
        });
    return escaped.toString();
  }

  /** A coordinate: a tenth of a pixel is enough. */
  static String coordinate(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn; numbers become coordinates
   */
  Markup open(String name, Object... attributes) {
    start(name, attributes);
    text.append('>');
    return this;
  }

  /** Closes an element. */
  Markup close(String name) {
    text.append("</").append(name).append(">\n");
    return this;
  }

  /** An element without content. */
  Markup empty(String name, Object... attributes) {
    start(name, attributes);
    text.append("/>\n");
    return this;
  }

  /** An element with text in it. */
  Markup element(String name, String content, Object... attributes) {
    return open(name, attributes).text(content).close(name);
  }

  Markup text(String content) {
    text.append(escape(content));
    return this;
  }

  /** Adds finished markup. */
  Markup raw(String markup) {
    text.append(markup);
    return this;
  }

  private void start(String name, Object... attributes) {
    text.append('<').append(name);
    for (int index = 0; index < attributes.length; index += 2) {
      Object value = attributes[index + 1];
      String written = value instanceof Double number ? coordinate(number) : value.toString();
      text.append(' ').append(attributes[index]).append("=\"").append(escape(written)).append('"');
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
